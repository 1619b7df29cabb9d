import { percentOf, stateOf } from './volume-state.ts';

const thresholds = { warningPercent: 80, criticalPercent: 95 };

describe('the state of a volume', () => {
  it.each([
    [[0, 79.9], 'healthy'],
    [[80, 10], 'warning'],
    [[10, 94.9], 'warning'],
    [[95, 0], 'critical'],
    [[10, 100], 'critical'],
  ] as const)('of %j percent is %s', (percentages, state) => {
    expect(stateOf(percentages, thresholds)).toBe(state);
  });

  it('has percent with one decimal, and 0 of nothing', () => {
    expect(percentOf(1, 3)).toBe(33.3);
    expect(percentOf(0, 0)).toBe(0);
  });
});
