import fc from 'fast-check';
import { chainsOf, unbrokenEnd, type SliceChain } from './slice-chain.ts';
import type { SliceGap, SliceRange } from './slice-types.ts';

const at = (t: number, i = 1): { t: number; i: number } => ({ t, i });
const range = (from: number, to: number): SliceRange => ({ from: at(from), to: at(to) });
const spans = (ranges: readonly SliceRange[]): string[] => chainsOf(ranges).map(({ from, to }) => `${from.t}-${to.t}`);
const gap = (from: number, to: number): SliceGap => ({ ...range(from, to), id: 'g', reason: '', foundAt: '' });

describe('chainsOf', () => {
  it('joins slices that follow each other, and parts where one is missing', () => {
    expect(spans([range(1, 2), range(2, 5), range(5, 9)])).toEqual(['1-9']);
    expect(spans([range(1, 2), range(5, 9), range(9, 10)])).toEqual(['1-2', '5-10']);
    expect(spans([])).toEqual([]);
  });

  it('goes on along the slice that has a successor where two writers met', () => {
    const [zombie, heir] = [range(2, 4), range(2, 3)];
    const chains = chainsOf([range(1, 2), zombie, heir, range(3, 8)]);
    expect(chains).toHaveLength(1);
    expect(chains[0]?.slices).toEqual([range(1, 2), heir, range(3, 8)]);
  });

  it('finds every chain whatever the order and whichever slices are missing', () => {
    const steps = fc.array(fc.record({ length: fc.integer({ min: 1, max: 9 }), kept: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, fc.integer(), (given, seed) => {
        let end = 0;
        const all = given.map(({ length, kept }) => {
          const one = { ...range(end, end + length), kept };
          end += length;
          return one;
        });
        const expected: string[] = [];
        all.forEach((one, index) => {
          if (!one.kept) return;
          const before = all[index - 1];
          const start = before?.kept ? (expected.pop() ?? '').split('-')[0] : one.from.t;
          expected.push(`${start}-${one.to.t}`);
        });
        const kept = all.filter(({ kept: isKept }) => isKept).map(({ from, to }) => ({ from, to }));
        const shuffled = kept.map((one, index) => ({ one, key: Math.imul(index + 1, seed | 1) >>> 0 }));
        shuffled.sort((a, b) => a.key - b.key);
        expect(spans(shuffled.map(({ one }) => one))).toEqual(expected);
      }),
    );
  });
});

describe('unbrokenEnd', () => {
  const chain = chainsOf([range(10, 20), range(20, 30)])[0] as SliceChain;

  it('is the end of the chain, or the first gap after the time', () => {
    expect(unbrokenEnd(chain, [], at(15))).toEqual(at(30));
    expect(unbrokenEnd(chain, [gap(18, 18), gap(25, 25)], at(15))).toEqual(at(18));
    expect(unbrokenEnd(chain, [gap(12, 12), gap(25, 25)], at(15))).toEqual(at(25));
  });

  it('is nothing outside the chain and inside a gap', () => {
    expect(unbrokenEnd(chain, [], at(9))).toBeUndefined();
    expect(unbrokenEnd(chain, [], at(31))).toBeUndefined();
    expect(unbrokenEnd(chain, [gap(12, 18)], at(15))).toBeUndefined();
  });
});
