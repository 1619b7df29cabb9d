import { interleave, median, numberOption, toResult } from './measure.ts';

describe('measure', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('runs in turn and does not count the warm-up', async () => {
    const order: string[] = [];
    const one = (name: string) => async () => order.push(name);
    const pairs = await interleave(2, one('a'), one('b'), () => undefined);
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(pairs).toEqual([
      { ours: 3, peer: 4 },
      { ours: 5, peer: 6 },
    ]);
  });

  it('gives the median of the ratios and their spread', () => {
    const pairs = [
      { ours: 10, peer: 5 },
      { ours: 9, peer: 3 },
      { ours: 8, peer: 8 },
    ];
    expect(toResult('x', pairs, 'higher', '>= 2')).toMatchObject({ ours: 9, peer: 5, ratio: 2, n: 3, spread: [1, 3] });
  });

  it('reads an option or says how it looks', () => {
    expect(numberOption(['--size-mb', '20'], 'size-mb', 200)).toBe(20);
    expect(() => numberOption(['--size-mb', 'x'], 'size-mb', 200)).toThrow('--size-mb 200');
  });
});
