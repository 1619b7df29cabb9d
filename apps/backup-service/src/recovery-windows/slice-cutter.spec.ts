import { Binary, type Document, Long, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { documentsOf } from '../captures/mongodb/oplog-bson.ts';
import { parseTimedEntry, type TimedEntry } from '../captures/mongodb/oplog-window.ts';
import { SliceCutter } from './slice-cutter.ts';

const CONTROL = 'lucid_control';
const lsid = { id: new Binary(Buffer.alloc(16, 7), 4) };

function entry(t: number, fields: Document): TimedEntry {
  return parseTimedEntry(
    Buffer.from(serialize({ ts: new Timestamp({ t, i: 1 }), t: Long.fromNumber(3), o: { x: 1 }, ...fields })),
  );
}

const inserted = (t: number, ns: string): TimedEntry => entry(t, { op: 'i', ns });
const inTransaction = (t: number, o: Document, before = 0): TimedEntry =>
  entry(t, {
    op: 'c',
    ns: 'admin.$cmd',
    lsid,
    txnNumber: Long.ONE,
    o,
    prevOpTime: { ts: new Timestamp({ t: before, i: before && 1 }), t: Long.ONE },
  });
const operation = (ns: string): Document => ({ op: 'i', ns, o: { _id: 1 } });

function cutterOf(...entries: TimedEntry[]): SliceCutter {
  const cutter = new SliceCutter({ ts: { t: 1, i: 0 }, term: undefined }, [], CONTROL);
  for (const one of entries) cutter.add(one.bytes);
  return cutter;
}

function kept(...entries: TimedEntry[]): number {
  return cutterOf(...entries).cut()?.documents ?? 0;
}

describe('what a slice holds', () => {
  it.each([
    ['a document', inserted(2, 'shop.orders'), 1],
    ['a no-op', entry(2, { op: 'n', ns: '' }), 0],
    ['the control database', inserted(2, `${CONTROL}.jobs`), 0],
    ['a database that begins like it', inserted(2, `${CONTROL}_2.jobs`), 1],
    ['config', inserted(2, 'config.transactions'), 0],
    ['a user', inserted(2, 'admin.system.users'), 1],
    ['another collection of admin', inserted(2, 'admin.system.keys'), 0],
    ['a staging document', inserted(2, 'shop.__restore_r1_0'), 0],
    ['buckets of a staging collection', inserted(2, 'shop.system.buckets.__restore_r1_0'), 0],
    ['the making of a staging collection', entry(2, { op: 'c', ns: 'shop.$cmd', o: { create: '__restore_r1_0' } }), 1],
    ['a command in the control database', entry(2, { op: 'c', ns: `${CONTROL}.$cmd`, o: { drop: 'jobs' } }), 0],
    ['a batch for the control database', inTransaction(2, { applyOps: [operation(`${CONTROL}.jobs`)] }), 0],
    ['a batch for both', inTransaction(2, { applyOps: [operation(`${CONTROL}.jobs`), operation('shop.a')] }), 1],
  ])('%s', (_name, one, expected) => {
    expect(kept(one)).toBe(expected);
  });

  it('a transaction of several entries is never parted, and named while it is open', () => {
    const first = inTransaction(2, { applyOps: [operation(`${CONTROL}.jobs`)], partialTxn: true });
    const last = inTransaction(4, { applyOps: [operation('shop.a')], count: Long.fromNumber(2) }, 2);
    const cutter = cutterOf(first, inserted(3, 'shop.b'));
    const [cut, transaction] = [cutter.cut(), first.transaction];
    expect(cut?.open).toEqual([{ transaction, from: { t: 2, i: 1 } }]);
    expect(cut?.documents).toBe(2);
    cutter.add(last.bytes);
    expect(cutter.cut()).toMatchObject({ open: [], documents: 1, from: { t: 3, i: 1 }, to: { t: 4, i: 1 } });
  });

  it('a prepared transaction is open until it commits or aborts', () => {
    const prepare = inTransaction(2, { applyOps: [operation('shop.a')], prepare: true });
    const cutter = cutterOf(prepare);
    expect(cutter.cut()?.open).toHaveLength(1);
    cutter.add(inTransaction(3, { commitTransaction: 1 }, 2).bytes);
    expect(cutter.cut()).toMatchObject({ open: [], documents: 1 });
  });

  it('moves on with entries that it does not hold, and with none it does not', () => {
    const cutter = cutterOf(entry(5, { op: 'n', ns: '' }));
    expect(cutter.cut()).toMatchObject({ from: { t: 1, i: 0 }, to: { t: 5, i: 1 }, documents: 0, parts: [], term: 3 });
    expect(cutter.cut()).toBeUndefined();
  });

  it('gives back every entry byte by byte, wherever it is cut', () => {
    const sizes = fc.array(fc.record({ size: fc.nat(700_000), cut: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, (given) => {
        const cutter = new SliceCutter({ ts: { t: 1, i: 0 }, term: undefined }, [], CONTROL);
        const [expected, found]: [Buffer[], Buffer[]] = [[], []];
        const cut = (): void => void found.push(...[...documentsOf(Buffer.concat(cutter.cut()?.parts ?? []))]);
        given.forEach(({ size, cut: isCut }, index) => {
          const one = entry(index + 2, { op: 'i', ns: 'shop.a', o: { pad: 'x'.repeat(size) } });
          expected.push(Buffer.from(one.bytes));
          cutter.add(one.bytes);
          one.bytes.fill(0); // the batch it lies in is reused
          if (isCut) cut();
        });
        cut();
        expect(Buffer.concat(found).equals(Buffer.concat(expected))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
