import { newJobId } from '@lucid/models/ids';
import { isForgotten } from './elasticsearch-drill.ts';

describe('the indices of a drill that nobody knows', () => {
  const began = new Date('2026-01-09T14:03:10.000Z');
  const id = newJobId('drill', began);

  it.each([
    [0, false],
    [47, false],
    [49, true],
    [-24, false],
  ])('are seen %i hours later: forgotten %p', (hours, expected) => {
    expect(isForgotten(id, new Date(began.getTime() + hours * 3_600_000))).toBe(expected);
  });

  it('stay where their name has no time', () => {
    expect(isForgotten('drill_20261399_140310_abcd', began)).toBe(false);
    expect(isForgotten('drill_k3f9', began)).toBe(false);
  });
});
