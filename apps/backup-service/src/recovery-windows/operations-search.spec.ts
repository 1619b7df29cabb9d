import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { JsonValue } from '@lucid/archive/snapshot-types';
import type { SliceLink, SliceLog } from '@lucid/archive/slice-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { Binary, type Document, Long, serialize, Timestamp } from 'bson';
import { type OperationQuery, searchOperations } from './operations-search.ts';
import { type CutSlice, SliceCutter } from './slice-cutter.ts';

const lsid = { id: new Binary(Buffer.alloc(16, 7), 4) };
let folder: string;
let repository: Repository;
let log: SliceLog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-search-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'none', workers: 1 });
  log = repository.slices('s');
});
afterEach(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

const entry = (t: number, fields: Document): Document => ({ ts: new Timestamp({ t, i: 1 }), t: Long.ONE, ...fields });
const insert = (t: number, ns: string, _id: unknown): Document => entry(t, { op: 'i', ns, o: { _id, secret: 'pin' } });
const command = (t: number, database: string, o: Document): Document =>
  entry(t, { op: 'c', ns: `${database}.$cmd`, o });
const chained = (t: number, o: Document, before: number): Document => ({
  ...command(t, 'admin', o),
  ...{ lsid, txnNumber: Long.ONE, prevOpTime: { ts: new Timestamp({ t: before, i: before && 1 }), t: Long.ONE } },
});

/** Each list is a slice. */
async function store(...slices: Document[][]): Promise<void> {
  const cutter = new SliceCutter({ ts: { t: 1, i: 0 }, term: undefined }, [], 'lucid_control');
  let previous: SliceLink | null = null;
  for (const entries of slices) {
    for (const one of entries) cutter.add(Buffer.from(serialize(one)));
    const { from, to, parts, documents, open } = cutter.cut() as CutSlice;
    const meta = { term: 1, replicaSet: 's', open: [...open] } as unknown as JsonValue;
    const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
    previous = await log.append(parts, { from, to, previous, documents, meta, ...lease });
  }
}

async function find(query: Partial<OperationQuery> = {}): Promise<string[]> {
  const all = { from: { t: 0, i: 0 }, to: { t: 99, i: 0 }, limit: 100, ...query };
  const { items } = await searchOperations(log, all);
  return items.map(({ place, kind, namespace, before }) => `${place.t} ${kind} ${namespace} <${before.t}`);
}

describe('searchOperations', () => {
  it('filters by name, kind and time', async () => {
    await store(
      [insert(2, 'shop.a', 1), command(3, 'shop', { create: 'b' })],
      [insert(4, 'other.a', 1), command(5, 'shop', { renameCollection: 'shop.b', to: 'shop.c' })],
      [command(6, 'shop', { commitIndexBuild: 'a', indexes: [] }), command(7, 'shop', { drop: 'system.buckets.t' })],
    );
    expect(await find({ namespace: 'shop.*' })).toEqual([
      '2 insert shop.a <2',
      '3 create shop.b <3',
      '5 renameCollection shop.b <5',
      '6 createIndexes shop.a <6',
      '7 drop shop.t <7',
    ]);
    expect(await find({ kind: 'insert' })).toEqual(['2 insert shop.a <2', '4 insert other.a <4']);
    expect(await find({ from: { t: 4, i: 0 }, to: { t: 5, i: 9 } })).toHaveLength(2);
  });

  it('shows the operations of a transaction at its commit, wherever they were written', async () => {
    const operation = { op: 'd', ns: 'shop.a', o: { _id: 1 } };
    await store(
      [chained(2, { applyOps: [operation], partialTxn: true }, 0)],
      [insert(3, 'shop.b', 2), chained(4, { applyOps: [operation], prepare: true }, 2)],
      [chained(5, { commitTransaction: 1 }, 4)],
    );
    expect(await find({ kind: 'delete' })).toEqual(['5 delete shop.a <5', '5 delete shop.a <5']);
    expect(await find({ kind: 'delete', from: { t: 5, i: 0 } })).toHaveLength(2);
    expect(await find({ kind: 'delete', from: { t: 5, i: 2 } })).toEqual([]);
  });

  it('passes over a transaction that began before the slices', async () => {
    await store([chained(5, { commitTransaction: 1 }, 4), insert(6, 'shop.a', 1)]);
    expect(await find()).toEqual(['6 insert shop.a <6']);
  });

  it('says of a dropped database where its first collection went', async () => {
    await store(
      [command(2, 'shop', { drop: 'old' }), insert(3, 'shop.a', 1)],
      [command(4, 'shop', { drop: 'a' }), command(5, 'shop', { drop: 'b' }), command(6, 'shop', { dropDatabase: 1 })],
    );
    expect(await find({ kind: 'dropDatabase', namespace: 'shop.*' })).toEqual(['6 dropDatabase shop <4']);
  });

  it('finds what was set aside before it was dropped under the name it had, and where a restore undoes it', async () => {
    const [aside, other] = ['dropped.drop_20260109_020000_k3f9', 'dropped.drop_20260109_030000_a1b2'];
    await store(
      [command(2, 'shop', { renameCollection: 'shop.a', to: `shop.${aside}` }), command(4, 'shop', { drop: aside })],
      [command(5, 'shop', { renameCollection: 'shop.b', to: `shop.${other}` }), insert(6, 'shop.c', 1)],
      [command(6, 'shop', { renameCollection: `shop.${other}`, to: 'shop.b' }), command(7, 'shop', { drop: 'b' })],
      [command(8, 'shop', { drop: other })],
    );
    expect(await find({ kind: 'drop' })).toEqual(['4 drop shop.a <2', '7 drop shop.b <7', `8 drop shop.${other} <8`]);
    expect(await find({ kind: 'drop', namespace: 'shop.a', from: { t: 4, i: 0 } })).toEqual(['4 drop shop.a <2']);
  });

  it('goes on after the place where it ended, also within a transaction', async () => {
    const operations = [1, 2, 3].map((_id) => ({ op: 'i', ns: 'shop.a', o: { _id } }));
    await store([chained(2, { applyOps: operations }, 0)], [insert(3, 'shop.a', 4)]);
    const ids: unknown[] = [];
    let after: OperationQuery['after'];
    for (let page = 0; page < 4; page += 1) {
      const query = { from: { t: 0, i: 0 }, to: { t: 99, i: 0 }, limit: 1, ...(after && { after }) };
      const found = await searchOperations(log, query);
      ids.push(...found.items.map(({ id }) => id));
      after = found.next;
    }
    expect(ids).toEqual(['1', '2', '3', '4'].map((text) => ({ $numberInt: text })));
    expect(await find({ after: after as never })).toEqual([]);
  });

  it('shows the `_id` and no other value', async () => {
    await store([insert(2, 'shop.a', { part: 7 })]);
    const { items } = await searchOperations(log, { from: { t: 0, i: 0 }, to: { t: 9, i: 0 }, limit: 9 });
    expect(items[0]?.id).toEqual({ part: { $numberInt: '7' } });
    expect(JSON.stringify(items)).not.toContain('pin');
  });
});
