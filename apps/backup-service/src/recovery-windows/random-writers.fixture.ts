import { systemClock } from '@lucid/core/clock';
import { EJSON, type Document } from 'bson';
import { type Collection, type Db, type MongoClient, MongoServerError } from 'mongodb';
import { bytesById } from '../captures/mongodb/restore.fixture.ts';
import { BUCKETS_PREFIX } from '../captures/mongodb/restore-names.ts';
import { listCollections } from '../captures/mongodb/restore-target.ts';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
type Action = (writer: Writer) => Promise<unknown>;

/** Does what comes to its mind in one database, and a little in another one. Refusals of the server are part of it. */
export class Writer {
  private readonly counts = new Map<string, number>();
  private next = 0;

  constructor(
    readonly client: MongoClient,
    readonly db: Db,
    readonly other: Db,
    readonly random: () => number,
    private readonly number: number,
  ) {}

  async run(steps: number): Promise<void> {
    const entries = Object.entries(ACTIONS);
    for (let step = 0; step < steps; step += 1) {
      const [name, action] = entries[Math.floor(this.random() * entries.length)] as [string, Action];
      try {
        await action(this);
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof MongoServerError)) throw error;
      }
    }
  }

  /** What it did, by kind: a test that never did the thing proves nothing about it. */
  get done(): ReadonlyMap<string, number> {
    return this.counts;
  }

  id(): number {
    this.next += 1;
    return this.number * 1_000_000 + this.next;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  any(): Collection<Document> {
    return this.db.collection(this.pick(NAMES));
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  some(count = this.below(8) + 1): Document[] {
    return Array.from({ length: count }, () => ({
      _id: this.id(),
      n: this.below(50),
      tags: [this.below(9), this.below(9)],
      deep: { x: this.below(5), list: [{ y: 1 }, { y: this.below(5) }] },
      pad: 'p'.repeat(this.below(200)),
    }));
  }
}

const insert: Action = (writer) => writer.any().insertMany(writer.some());
const update: Action = (writer) => {
  const by = writer.below(9);
  const change = writer.pick<Document>([
    { $inc: { n: by } },
    { $set: { 'deep.list.1.y': by, added: by } },
    { $push: { tags: { $each: [by, by], $slice: -6 } } },
    { $unset: { pad: 1 }, $set: { 'deep.x': by } },
    { $pull: { tags: by } },
  ]);
  return writer.any().updateMany({ n: { $lt: writer.below(50) } }, change);
};

/** Data comes more often than commands. */
const ACTIONS: Readonly<Record<string, Action>> = {
  insert,
  insertMore: insert,
  insertMost: insert,
  update,
  updateMore: update,
  replace: (writer) => writer.any().replaceOne({ n: writer.below(50) }, { n: -1, replaced: true }),
  modify: (writer) => writer.any().findOneAndUpdate({ n: { $gt: 10 } }, { $set: { seen: writer.below(9) } }),
  remove: (writer) => writer.any().deleteMany({ n: writer.below(50) }),
  removeMore: (writer) => writer.any().deleteOne({}),
  create: (writer) => writer.db.createCollection(writer.pick(NAMES), createOptions(writer)),
  drop: async (writer) => writer.random() < 0.5 && (await writer.any().drop()),
  rename: (writer) => writer.any().rename(writer.pick(NAMES), { dropTarget: writer.random() < 0.6 }),
  renameAcross: async (writer) => {
    const from = `moving${writer.id()}`;
    await writer.other.collection<Document>(from).insertMany(writer.some());
    const to = `${writer.db.databaseName}.${writer.pick(NAMES)}`;
    const names = { renameCollection: `${writer.other.databaseName}.${from}`, to, dropTarget: true };
    await writer.client.db('admin').command(names);
  },
  createIndex: (writer) => writer.any().createIndex({ [writer.pick(['n', 'tags', 'deep.x'])]: writer.pick([1, -1]) }),
  createTtl: (writer) => writer.any().createIndex({ at: 1 }, { expireAfterSeconds: 90_000 }),
  dropIndexes: (writer) => writer.any().dropIndexes(),
  dropIndex: (writer) => writer.any().dropIndex('n_1'),
  hideIndex: (writer) => modify(writer, { index: { name: 'n_1', hidden: writer.random() < 0.5 } }),
  changeTtl: (writer) => modify(writer, { index: { name: 'at_1', expireAfterSeconds: 80_000 + writer.below(9) } }),
  validate: (writer) =>
    modify(writer, { validator: { n: { $lt: 100 + writer.below(9) } }, validationLevel: 'moderate' }),
  images: (writer) => modify(writer, { changeStreamPreAndPostImages: { enabled: writer.random() < 0.5 } }),
  view: (writer) => writer.db.createCollection(writer.pick(['v', 'w']), viewOptions(writer)),
  changeView: (writer) => writer.db.command({ collMod: writer.pick(['v', 'w']), ...viewOptions(writer) }),
  dropView: async (writer) => writer.random() < 0.4 && (await writer.db.collection(writer.pick(['v', 'w'])).drop()),
  out: (writer) =>
    writer
      .any()
      .aggregate([{ $match: { n: { $gt: 5 } } }, { $out: writer.pick(NAMES) }])
      .toArray(),
  merge: (writer) =>
    writer
      .any()
      .aggregate([{ $limit: 5 }, { $merge: writer.pick(NAMES) }])
      .toArray(),
  series: (writer) => {
    const name = writer.pick(['t', 'u']);
    const expiry = writer.random() < 0.5 ? { expireAfterSeconds: 900_000 } : {};
    return inTurn(() => createSeries(writer, name, expiry));
  },
  measure: (writer) => {
    const name = writer.pick(['t', 'u']);
    const measurements = Array.from({ length: 6 }, () => {
      return { at: systemClock.now(), who: writer.below(4), value: writer.random() };
    });
    return inTurn(async () => {
      const isThere = (await writer.db.listCollections({ name }).toArray()).length > 0;
      if (!isThere) await createSeries(writer, name, {});
      await writer.db.collection<Document>(name).insertMany(measurements);
    });
  },
  forgetMeasures: (writer) => writer.db.collection(writer.pick(['t', 'u'])).deleteMany({ who: writer.below(4) }),
  coarser: (writer) => writer.db.command({ collMod: writer.pick(['t', 'u']), timeseries: { granularity: 'minutes' } }),
  dropSeries: async (writer) => {
    const name = writer.pick(['t', 'u']);
    if (writer.random() < 0.3) await inTurn(() => writer.db.collection(name).drop());
  },
  // Of a collection of its own: of a clustered one the server makes what it refuses to make again.
  toCapped: async (writer) => {
    const name = `capped${writer.id()}`;
    await writer.db.collection<Document>(name).insertMany(writer.some());
    await writer.db.command({ convertToCapped: name, size: 65_536 });
  },
  transaction: (writer) => inTransaction(writer, writer.some(3)),
  largeTransaction: async (writer) => {
    if (writer.random() < 0.8) return;
    const large = Array.from({ length: 6 }, () => ({ _id: writer.id(), pad: 'y'.repeat(3_500_000) }));
    await inTransaction(writer, large);
    await writer.db.collection('a').deleteMany({ _id: { $in: large.slice(1).map(({ _id }) => _id) } } as Document);
  },
};

let turn: Promise<unknown> = Promise.resolve();

/**
 * One after the other, of all writers: an insert between the two steps in which MongoDB makes a time series leaves a collection and buckets
 * under one name, which the server itself answers for now by the one and now by the other. `point-in-time.int.spec.ts` has that by itself.
 */
function inTurn<T>(action: () => Promise<T>): Promise<T> {
  const result = turn.then(action);
  turn = result.catch(() => undefined);
  return result;
}

function createSeries(writer: Writer, name: string, options: Document): Promise<unknown> {
  const timeseries = { timeField: 'at', metaField: 'who', granularity: 'seconds' };
  return writer.db.createCollection(name, { timeseries, ...options });
}

function modify(writer: Writer, change: Document): Promise<unknown> {
  return writer.db.command({ collMod: writer.pick(NAMES), ...change });
}

function createOptions(writer: Writer): Document {
  return writer.pick<Document>([
    {},
    { capped: true, size: 200_000, max: 500 },
    { collation: { locale: 'de', strength: 2 } },
    { clusteredIndex: { key: { _id: 1 }, unique: true } },
    { validator: { n: { $exists: true } }, validationAction: 'warn' },
  ]);
}

function viewOptions(writer: Writer): { viewOn: string; pipeline: Document[] } {
  const pipeline: Document[] = [{ $match: { n: { $gt: writer.below(9) } } }, { $project: { n: 1, tags: 1 } }];
  return { viewOn: writer.pick(NAMES), pipeline: pipeline.slice(0, writer.below(3)) };
}

/** Some are given up; some make a collection. */
async function inTransaction(writer: Writer, documents: Document[]): Promise<void> {
  const session = writer.client.startSession();
  try {
    session.startTransaction();
    await writer.db.collection<Document>('a').insertMany(documents, { session });
    await writer.any().updateMany({ n: { $gt: 40 } }, { $inc: { n: -1 } }, { session });
    if (writer.random() < 0.3) await writer.db.createCollection(`made${writer.id()}`, { session });
    if (writer.random() < 0.2) await session.abortTransaction();
    else await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}

/** Everything of a database that a restore has to bring back, in a form that compares. */
export async function imageOf(client: MongoClient, uri: string, database: string): Promise<Record<string, unknown>> {
  const image: Record<string, unknown> = {};
  const listed = await listCollections(client, database);
  const series = new Set(listed.filter(({ type }) => type === 'timeseries').map(({ name }) => name));
  for (const { name, type, options } of listed) {
    if (name === 'system.views') continue;
    // Buckets of no time series: nobody can ask for one, and none is made of them (see `OplogFold`).
    if (name.startsWith(BUCKETS_PREFIX) && !series.has(name.slice(BUCKETS_PREFIX.length))) continue;
    const isData = type === 'collection';
    const indexes = type === 'view' ? [] : await client.db(database).collection(name).listIndexes().toArray();
    image[name] = {
      type,
      options: sorted(withoutDefaults(options)),
      indexes: indexes.map(sorted).sort(),
      documents: isData ? await bytesById(uri, database, name) : [],
    };
  }
  return image;
}

/** The server sometimes writes the default down and sometimes not; it means the same. */
function withoutDefaults({ validationAction, validationLevel, ...options }: Document): Document {
  const isError = validationAction === undefined || validationAction === 'error';
  const isStrict = validationLevel === undefined || validationLevel === 'strict';
  return { ...options, ...(!isError && { validationAction }), ...(!isStrict && { validationLevel }) };
}

function sorted(document: Document): string {
  return EJSON.stringify(Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1))));
}
