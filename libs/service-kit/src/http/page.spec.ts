import { decodeCursor, encodeCursor, toPage } from './page.ts';

describe('cursor', () => {
  it('comes back as it was made', () => {
    const position = { at: '2026-01-01T00:00:00.000Z', id: 'bkp_1' };
    expect(decodeCursor('backups', encodeCursor('backups', position))).toEqual(position);
  });

  it('is refused by another list, and when it is not one', () => {
    const cursor = encodeCursor('backups', { at: '', id: 'x' });
    expect(() => decodeCursor('jobs', cursor)).toThrow('does not belong to this list');
    expect(() => decodeCursor('jobs', 'nonsense')).toThrow('does not belong to this list');
  });
});

describe('toPage', () => {
  const cursorOf = (item: number): string => `c${item}`;

  it('points on when there was one more than asked for', () => {
    expect(toPage([1, 2, 3], 2, String, cursorOf)).toEqual({ items: ['1', '2'], page: { limit: 2, nextCursor: 'c2' } });
  });

  it('ends where the list ends', () => {
    expect(toPage([1, 2], 2, String, cursorOf).page.nextCursor).toBeNull();
    expect(toPage([], 2, String, cursorOf).page.nextCursor).toBeNull();
  });
});
