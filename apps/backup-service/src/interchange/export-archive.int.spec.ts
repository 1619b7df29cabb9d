import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { runProgram } from '@lucid/clients/process/run-program';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import type { Document } from 'bson';
import type { Db, MongoClient } from 'mongodb';
import { mongoTools, type MongoTools } from '../../../../scripts/engines/mongo-tools.ts';
import type { CaptureContext } from '../captures/capture-port.ts';
import { captureMongodb } from '../captures/mongodb/mongodb-capture.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import { type DisposableMongod, startDisposableMongod } from '../drills/disposable-mongod.ts';
import { exportArchive } from './export-archive.ts';
import { expectSameDatabase, fillDatabase, mongodProgram } from './interchange.fixture.ts';

const signal = new AbortController().signal;
let folder: string;
let database: TestDatabase;
let repository: Repository;
let tools: MongoTools;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-export-'));
  database = await createTestDatabase('export');
  const store = await FileObjectStore.open(join(folder, 'repository'));
  repository = await Repository.create(store, { encryption: 'none', compression: 'zstd', clusterId: 'test' });
  tools = await mongoTools(() => undefined);
});

afterAll(async () => {
  await repository?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

async function backup(db: Db, during: () => Promise<void> = () => Promise.resolve()) {
  const id = `bkp_${(number += 1)}`;
  const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  let running: Promise<void> | undefined;
  const sink = {
    openStream(name: string, options: { kind: 'bson' | 'bytes' }) {
      const stream = writer.openStream(name, options);
      return {
        end: (meta: Parameters<typeof stream.end>[0]) => stream.end(meta),
        async write(buffer: Buffer) {
          await stream.write(buffer);
          await (running ??= during());
        },
      };
    },
  };
  const logger = createLogger('test', 'silent');
  const context: CaptureContext = { signal, clock: systemClock, logger, onProgress: () => undefined };
  const plan = { uri: database.uri, database: db.databaseName, controlDatabase: 'test_none' };
  try {
    const manifest = await captureMongodb(plan, sink, context);
    await writer.commit({ mongodb: manifest });
    const reader = await repository.readSnapshot(id);
    return { manifest, source: snapshotSource(reader, manifest, [db.databaseName]) };
  } finally {
    await writer.abort();
  }
}

type Backup = Awaited<ReturnType<typeof backup>>;

async function toFile({ source, manifest }: Backup, gzip = false, namespaces?: string[]): Promise<string> {
  const path = join(folder, `dump-${(number += 1)}`);
  const { serverVersion } = manifest;
  const archive = Readable.from(exportArchive(source, { serverVersion, signal, ...(namespaces && { namespaces }) }));
  await (gzip ? pipeline(archive, createGzip(), createWriteStream(path)) : pipeline(archive, createWriteStream(path)));
  return path;
}

async function mongorestore(uri: string, path: string, ...options: string[]): Promise<string> {
  const args = ['--uri', uri, `--archive=${path}`, '--stopOnError', ...options];
  return (await runProgram(tools.mongorestore, args, { timeoutMs: 120_000 })).stderr;
}

/**
 * The server's own user may advance the cluster's clock, so it is told cluster times without a signature; mongorestore sends them on
 * with the log-on of its next connection, where the server may refuse them (KeyNotFound).
 */
async function rootUri({ client, uri }: DisposableMongod): Promise<string> {
  await client.db('admin').command({ createUser: 'root', pwd: 'of this test', roles: ['root'] });
  const found = new URL(uri);
  [found.username, found.password] = ['root', 'of this test'];
  found.searchParams.set('authSource', 'admin');
  return found.href;
}

describe('a backup as an archive of mongodump', () => {
  let db: Db;
  let client: MongoClient;
  beforeAll(async () => {
    client = database.client;
    db = client.db(database.sibling('source'));
    await fillDatabase(db);
  });

  it.each([false, true])('restored by mongorestore is the original, byte by byte (gzip: %s)', async (gzip) => {
    const made = await backup(db);
    const path = await toFile(made, gzip);
    const target = client.db(database.sibling('target'));
    const renames = ['--nsFrom', `${db.databaseName}.*`, '--nsTo', `${target.databaseName}.*`];
    await mongorestore(database.uri, path, ...renames, ...(gzip ? ['--gzip'] : []));
    await expectSameDatabase({ db, uri: database.uri }, { db: target, uri: database.uri });
  });

  it('holds chosen namespaces only', async () => {
    const made = await backup(db);
    const path = await toFile(made, false, [`${db.databaseName}.o*`]);
    const target = client.db(database.sibling('chosen'));
    await mongorestore(database.uri, path, '--nsFrom', `${db.databaseName}.*`, '--nsTo', `${target.databaseName}.*`);
    const names = (await target.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
    expect(names).toEqual(['odd: name/%2F.x', 'orders']);
    const nothing = { serverVersion: '', signal, namespaces: ['nobody.knows'] };
    expect(() => exportArchive(made.source, nothing)).toThrow(expect.objectContaining({ code: 'BACKUP_SCOPE_EMPTY' }));
  });

  it('brings with --oplogReplay the state at the end of the backup, whatever was written meanwhile', async () => {
    const busy = client.db(database.sibling('busy'));
    await fillDatabase(busy);
    const orders = busy.collection<Document>('orders');
    await orders.insertMany([
      { _id: 'gone', n: -1 },
      { _id: 'again', n: -2 },
    ] as Document[]);
    const made = await backup(busy, async () => {
      await orders.updateOne({ _id: 'gone' } as Document, { $set: { text: 'late' } });
      await orders.deleteOne({ _id: 'gone' } as Document);
      await orders.updateOne({ _id: 'again' } as Document, { $set: { text: 'late' } });
      await orders.deleteOne({ _id: 'again' } as Document);
      await orders.insertOne({ _id: 'again', n: -2, text: 'new' } as Document);
      await orders.updateMany({ n: { $lt: 100 } }, { $set: { 'list.1': 'changed' }, $unset: { long: 1 } });
      const session = client.startSession();
      await session.withTransaction(async () => {
        await orders.insertOne({ _id: 'tx', n: 100_000 } as Document, { session });
        await busy.collection('nothing').insertOne({ _id: 'tx' } as Document, { session });
      });
      await session.endSession();
      await busy.collection('nothing').rename('something');
      await busy.collection('fresh').insertOne({ _id: 1 } as Document);
      await busy.collection('fresh').createIndex({ a: 1 });
    });
    expect(made.manifest.oplog.entries).toBeGreaterThan(100);
    const path = await toFile(made);
    const program = await mongodProgram();
    let server: DisposableMongod | undefined;
    try {
      server = await startDisposableMongod({ program, parent: folder, clock: systemClock, signal });
      await mongorestore(await rootUri(server), path, '--oplogReplay');
      const restored = { db: server.client.db(busy.databaseName), uri: server.uri };
      await expectSameDatabase({ db: busy, uri: database.uri }, restored);
    } finally {
      await server?.stop();
    }
  });
});
