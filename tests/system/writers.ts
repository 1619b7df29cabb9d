import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { MongoError, type Db, type Document, type MongoClient, type ObjectId } from 'mongodb';

export type WriterKind = 'insert' | 'update' | 'replace' | 'remove' | 'transfer' | 'largeTransaction' | 'abort';
export type WriterCounts = Record<WriterKind, number>;

export interface Writers {
  /** Writes acknowledged so far, of each kind. */
  counts(): WriterCounts;
  /** Ends the writers after the write each is in. @throws what a writer failed with */
  stop(): Promise<void>;
}

/** Every account begins with this; a transfer keeps the sum. */
export const ACCOUNTS = 50;
export const OPENING_BALANCE = 1_000;

const MIB = 1024 * 1024;
/** One oplog entry holds 16 MiB, so this is a chain of them. */
const LARGE_DOCUMENTS = 18;

type Write = (round: number) => Promise<unknown>;

/** What the writers need there before the backup: accounts, and indexes that their writes keep up. */
export async function prepareForWriters(db: Db): Promise<void> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, number) => ({
    _id: `account-${number}` as unknown as ObjectId,
    balance: OPENING_BALANCE,
  }));
  await db.collection('accounts').insertMany(accounts);
  await db.collection('large').createIndex({ part: 1 });
  await db.collection('notes').createIndex({ number: 1 }, { unique: true });
  await db.collection('transfers').createIndex({ from: 1, to: 1 });
}

/**
 * Writes of every kind, all the time, on the Lucid collections of `db` and on some of its own; each transfer is a transaction
 * that also writes to the database `elsewhere`, which is no part of the backup.
 */
export async function startWriters(client: MongoClient, db: Db, elsewhere: Db): Promise<Writers> {
  const ids = async (name: string): Promise<ObjectId[]> =>
    (
      await db
        .collection(name)
        .find({}, { projection: { _id: 1 } })
        .toArray()
    ).map(({ _id }) => _id);
  const [blocks, sessions, transactions] = [await ids('blocks'), await ids('sessions'), await ids('transactions')];
  const writes: Record<WriterKind, Write> = {
    insert: (round) => db.collection('notes').insertOne({ number: round, text: randomBytes(400) }),
    update: () => db.collection('blocks').updateOne({ _id: oneOf(blocks) }, { $inc: { writes: 1 } }),
    replace: (round) =>
      db.collection('sessions').replaceOne({ _id: oneOf(sessions) }, { round, note: randomBytes(300) }),
    remove: () => db.collection('transactions').deleteOne({ _id: oneOf(transactions) }),
    transfer: () => inTransaction(client, (session) => transfer(db, elsewhere, session)),
    largeTransaction: (round) => largeTransaction(client, db, round),
    abort: (round) => abortedTransaction(client, db, round),
  };
  const counts = Object.fromEntries(Object.keys(writes).map((kind) => [kind, 0])) as WriterCounts;
  let isStopping = false;
  const loop = async (kind: WriterKind): Promise<void> => {
    for (let round = 0; !isStopping; round += 1) {
      await writes[kind](round);
      counts[kind] += 1;
      await pause(kind === 'largeTransaction' ? 100 : 2);
    }
  };
  const running = (Object.keys(writes) as WriterKind[]).map((kind) => loop(kind));
  const all = Promise.allSettled(running);
  return {
    counts: () => ({ ...counts }),
    async stop() {
      isStopping = true;
      const failed = (await all).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}

function oneOf<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}

type Session = ReturnType<MongoClient['startSession']>;

async function inTransaction(client: MongoClient, work: (session: Session) => Promise<unknown>): Promise<void> {
  await client.withSession((session) => session.withTransaction(() => work(session)));
}

async function transfer(db: Db, elsewhere: Db, session: Session): Promise<void> {
  const [from, to] = [Math.floor(Math.random() * ACCOUNTS), Math.floor(Math.random() * ACCOUNTS)];
  const add = (number: number, amount: number): Promise<unknown> =>
    db
      .collection<Document & { _id: string }>('accounts')
      .updateOne({ _id: `account-${number}` }, { $inc: { balance: amount } }, { session });
  await add(from, -7);
  await db.collection('transfers').insertOne({ from, to, amount: 7 }, { session });
  await elsewhere.collection('ledger').insertOne({ from, to, amount: 7 }, { session });
  await add(to, 7);
}

/** Over 16 MiB: several oplog entries, of which only the last one commits. Then all of it but one document goes again. */
async function largeTransaction(client: MongoClient, db: Db, round: number): Promise<void> {
  const large = db.collection('large');
  await inTransaction(client, async (session) => {
    for (let part = 0; part < LARGE_DOCUMENTS; part += 1) {
      await large.insertOne({ round, part, bytes: Buffer.alloc(MIB, part) }, { session });
    }
  });
  await large.deleteMany({ round, part: { $gt: 0 } });
}

/** What ends it, our abort or a conflict or an election before it, is all the same: nothing of it may be seen. */
async function abortedTransaction(client: MongoClient, db: Db, round: number): Promise<void> {
  await client.withSession(async (session) => {
    session.startTransaction();
    try {
      await db.collection('notes').insertOne({ number: -1 - round, text: 'never committed' }, { session });
      await db.collection('blocks').updateOne({}, { $set: { aborted: true } }, { session });
    } catch (error) {
      if (!(error instanceof MongoError && error.hasErrorLabel('TransientTransactionError'))) throw error;
    } finally {
      await session.abortTransaction();
    }
  });
}
