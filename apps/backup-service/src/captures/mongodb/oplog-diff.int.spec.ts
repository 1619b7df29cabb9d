import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { serialize, type Document } from 'bson';
import fc from 'fast-check';
import { seededRandom } from '../../recovery-windows/random-writers.fixture.ts';
import { applyOperation, type DocumentOperation } from './cluster/apply-diff.ts';
import { decodeExact } from './oplog-bson.ts';
import { parseOplogEntry } from './oplog-entry.ts';
import { applyUpdate } from './oplog-diff.ts';
import { readBytes } from './restore.fixture.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('oplog_diff');
});
afterAll(() => database.close());

const START: Document = {
  n: 1,
  text: 'a'.repeat(300),
  deep: { a: { b: [1, { c: 2, d: [5, 6] }, 3], e: 'x' }, s: 1 },
  list: [{ k: 1, v: 'y'.repeat(50) }, { k: 2, v: 'z'.repeat(50) }, 3, 4, 5],
};

/** Updates of every shape that the server writes down as a difference. */
const UPDATES: readonly ((n: number) => Document)[] = [
  (n) => ({ $set: { n } }),
  (n) => ({ $set: { 'deep.a.b.1.c': n, [`new${n % 3}`]: { at: n } } }),
  (n) => ({ $unset: { [`new${n % 3}`]: 1, 'deep.s': 1 } }),
  (n) => ({ $push: { list: n, 'deep.a.b.1.d': { $each: [n, n], $slice: -4 } } }),
  () => ({ $pop: { list: 1 } }),
  (n) => ({ $set: { [`list.${n % 9}`]: { k: n } } }),
  (n) => ({ $set: { 'list.0.k': n }, $unset: { 'list.1.v': 1 } }),
  (n) => ({ $rename: { n: 'm' }, $set: { 'deep.s': n } }),
  (n) => ({ $set: { deep: { ...(START.deep as Document), s: n } } }),
  (n) => ({ $set: { 'deep.u': n, 'deep.i': n, 'deep.d': { s: n } } }),
  () => ({ $unset: { deep: 1 } }),
];

function operationsById(entries: readonly Buffer[]): Map<string, DocumentOperation[]> {
  const operations = new Map<string, DocumentOperation[]>();
  for (const { op, o, o2 } of entries.map(parseOplogEntry)) {
    if (op !== 'i' && op !== 'u' && op !== 'd') continue;
    const key = String(decodeExact(op === 'u' && o2 ? o2 : o)._id);
    operations.set(key, [...(operations.get(key) ?? []), { op, o }]);
  }
  return operations;
}

describe('applyUpdate and applyOperation', () => {
  it('make of the entries of the oplog the very bytes that the server made', async () => {
    const collection = database.db.collection<Document>('documents');
    const random = seededRandom(7);
    const steps = fc.sample(fc.array(fc.nat(UPDATES.length - 1), { minLength: 3, maxLength: 12 }), {
      numRuns: 40,
      seed: 7,
    });
    for (const [id, chosen] of steps.entries()) {
      await collection.insertOne({ _id: id as never, ...START });
      for (const number of chosen) {
        const update = (UPDATES[number] as (n: number) => Document)(Math.floor(random() * 20));
        // Some do not fit what the document has become by then.
        await collection.updateOne({ _id: id as never }, update).catch(() => undefined);
      }
      if (id % 10 === 0) await collection.replaceOne({ _id: id as never }, { replaced: id });
    }
    const entries = await readBytes(database.uri, 'local', 'oplog.rs', { ns: `${database.name}.documents` });
    const folded = new Map<string, Document>();
    let differences = 0;
    const operations = operationsById(entries);
    for (const { op, o, o2 } of entries.map(decodeExact)) {
      if (op === 'u' && (o as Document).$v !== undefined) differences += 1;
      const key = String(((op === 'u' ? o2 : o) as Document)._id);
      folded.set(key, applyUpdate(folded.get(key), o as Document) as Document);
    }
    expect(differences).toBeGreaterThan(100);
    const stored = await readBytes(database.uri, database.name, 'documents');
    expect(stored).toHaveLength(steps.length);
    for (const bytes of stored) {
      const key = String(decodeExact(bytes)._id);
      expect(Buffer.from(serialize(folded.get(key) as Document)).equals(bytes)).toBe(true);
      const all = operations.get(key) ?? [];
      expect(all.reduce<Buffer | undefined>(applyOperation, undefined)?.equals(bytes)).toBe(true);
      // A document that was read late is newer than the entries: they lead to the same.
      expect(all.slice(1).reduce<Buffer | undefined>(applyOperation, bytes)?.equals(bytes)).toBe(true);
    }
  });
});
