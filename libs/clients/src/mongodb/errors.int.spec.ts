import { isAppError, type AppError } from '@lucid/core/app-error';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { connectMongo } from './connection.ts';
import { toMongoAppError } from './errors.ts';

describe('errors of MongoDB', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('errors');
    const { db } = database;
    await db.collection('unique').createIndex({ email: 1, 'owner.id': 1 }, { unique: true });
    await db.collection('unique').insertOne({ email: 'private@example.org', owner: { id: 1 } });
    await db.createCollection('checked', {
      validator: {
        $jsonSchema: {
          bsonType: 'object',
          required: ['name', 'size'],
          additionalProperties: false,
          properties: {
            _id: {},
            name: { bsonType: 'string' },
            size: { bsonType: 'int', minimum: 0 },
            tags: { bsonType: 'array', items: { bsonType: 'string' } },
          },
        },
      },
    });
  });
  afterAll(() => database.close());

  async function failure(operation: Promise<unknown>): Promise<AppError> {
    const thrown: unknown = await operation.then(
      () => new Error('it succeeded'),
      (error: unknown) => toMongoAppError(error) ?? error,
    );
    if (!isAppError(thrown)) throw thrown;
    return thrown;
  }

  it('names the fields of a duplicate key, from one write and from many, and never the value', async () => {
    const twin = () => ({ email: 'private@example.org', owner: { id: 1 } });
    const { db } = database;
    const unique = db.collection('unique');
    for (const write of [() => unique.insertOne(twin()), () => unique.insertMany([twin()])]) {
      const error = await failure(write());
      expect(error.code).toBe('DUPLICATE_KEY');
      expect(error.errors?.map(({ pointer }) => pointer)).toEqual(['/email', '/owner/id']);
      expect(JSON.stringify(error.toStored())).not.toContain('private');
    }
  });

  it('explains what the validator refused, field by field', async () => {
    const broken = { name: 5, tags: ['a', 7], more: 'private' };
    for (const write of [
      () => database.db.collection('checked').insertOne({ ...broken }),
      () => database.db.collection('checked').insertMany([{ ...broken }]),
    ]) {
      const error = await failure(write());
      expect(error.code).toBe('DOCUMENT_INVALID');
      const fields = Object.fromEntries((error.errors ?? []).map(({ pointer, code }) => [pointer, code]));
      expect(fields).toEqual({
        '/size': 'REQUIRED',
        '/more': 'UNKNOWN_FIELD',
        '/name': 'BSON_TYPE',
        '/tags/1': 'BSON_TYPE',
      });
      expect(JSON.stringify(error.toStored())).not.toContain('private');
    }
  });

  it('says that a database is there under a name in another case', async () => {
    const other = database.client.db(database.name.toUpperCase()).collection('any');
    const error = toMongoAppError(await other.insertOne({}).catch((thrown: unknown) => thrown));
    expect(error).toMatchObject({ code: 'CONFLICT', retryable: false });
    expect(error?.message).toContain('upper and lower case');
  });

  it('says when the time for a query is over', async () => {
    const many = database.db.collection<{ _id: number }>('many');
    await many.insertMany(Array.from({ length: 500 }, (_, number) => ({ _id: number })));
    const count = { $reduce: { input: { $range: [0, 20_000] }, initialValue: 0, in: { $add: ['$$value', 1] } } };
    const error = await failure(
      many
        .find({ $expr: { $gt: [count, 0] } })
        .maxTimeMS(50)
        .toArray(),
    );
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  it('tells an unreachable server from a refused password, without naming the host', async () => {
    const nobody = 'mongodb://127.0.0.1:1/?replicaSet=lucid-rs';
    const gone = await failure(connectMongo({ uri: nobody, appName: 'spec' }));
    expect(gone).toMatchObject({ code: 'MONGODB_UNAVAILABLE', retryable: true });
    expect(gone.message).not.toContain('127.0.0.1');
    const uri = database.uri.replace(/\/\/([^:]+):[^@]+@/, '//$1:wrong@');
    const refused = await failure(connectMongo({ uri, appName: 'spec' }));
    expect(refused).toMatchObject({ code: 'MONGODB_UNAVAILABLE', retryable: false });
    expect(refused.message).toContain('password');
  });

  it('refuses a URI that cannot be read', async () => {
    await expect(connectMongo({ uri: 'mongodb://', appName: 'spec' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('uses the database it was told, with the credentials of the one before', async () => {
    const client = await connectMongo({ uri: database.uri, appName: 'spec', database: database.name });
    try {
      expect(client.db().databaseName).toBe(database.name);
      expect(await client.db().collection('unique').countDocuments()).toBe(1);
    } finally {
      await client.close();
    }
  });
});
