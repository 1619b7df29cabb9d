import { Binary, Long, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { glanceAt } from './oplog-glance.ts';
import { parseTimedEntry } from './oplog-window.ts';

const uint32 = fc.nat(0xffff_ffff);
const others = fc.subarray([
  ['lsid', { id: new Binary(Buffer.alloc(16), 4) }],
  ['txnNumber', Long.MAX_VALUE],
  ['ui', new Binary(Buffer.alloc(16, 3), 4)],
  ['tsx', new Timestamp({ t: 1, i: 1 })],
  ['o2', { _id: new ObjectId(), ts: new Timestamp({ t: 2, i: 2 }) }],
  ['wall', new Date(0)],
  ['prepare', true],
  ['stmtId', 1],
  ['list', [{ op: 'x' }]],
  ['none', null],
  ['double', 1.5],
] as [string, unknown][]);

describe('glanceAt', () => {
  it('sees what the parser reads, whatever stands around it and in which order', () => {
    const fields = fc.record({
      t: uint32,
      i: uint32,
      term: fc.integer(),
      op: fc.constantFrom('i', 'u', 'd', 'c', 'n'),
      ns: fc.string(),
      others,
      turn: fc.nat(20),
    });
    fc.assert(
      fc.property(fields, ({ t, i, term, op, ns, others: more, turn }) => {
        const own: [string, unknown][] = [
          ['ts', new Timestamp({ t, i })],
          ['t', Long.fromNumber(term)],
          ['op', op],
          ['ns', ns],
          ['o', { op: 'no' }],
        ];
        const all = [...own, ...more];
        const turned = all.map((_, index) => all[(index + turn) % all.length] as [string, unknown]);
        const bytes = Buffer.from(serialize(Object.fromEntries(turned)));
        const parsed = parseTimedEntry(bytes);
        expect(glanceAt(bytes)).toEqual({ ts: parsed.ts, term: parsed.term, op: parsed.op, ns: parsed.ns });
      }),
    );
  });

  it('says nothing of bytes that are no entry', () => {
    expect(glanceAt(Buffer.from(serialize({ op: 'i', ns: 'a.b' })))).toBeUndefined();
    const good = Buffer.from(serialize({ ts: new Timestamp({ t: 1, i: 1 }), op: 'i', ns: 'a.b', o: { x: 'text' } }));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bad = Buffer.from(good);
        bad.writeUInt8(byte, at);
        expect(() => glanceAt(bad)).not.toThrow();
        expect(() => glanceAt(bad.subarray(0, at))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
