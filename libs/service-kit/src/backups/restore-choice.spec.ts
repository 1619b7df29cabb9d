import { assertRestoreChoice } from './restore-choice.ts';

const BACKUP = {
  id: 'bkp_1',
  engines: ['mongodb', 'redis'],
  namespaces: ['shop.orders', 'shop.order.lines', 'other.notes', 'redis.db0'],
};
const WITH_SEARCH = {
  id: 'bkp_2',
  engines: ['mongodb', 'redis', 'elasticsearch'],
  namespaces: ['shop.orders', 'redis.db0', 'lucid_orders-000001'],
};

describe('what a restore may choose of a backup', () => {
  it.each([
    [{}],
    [{ engines: ['redis' as const], targetDatabase: 'nowhere' }],
    [{ namespaces: ['shop.*', 'other.notes', 'shop.o*d*lines', '*.notes'] }],
    [{ targetDatabase: 'copy', namespaces: ['shop.order*'] }],
    [{ renames: { 'shop.orders': 'shop.orders_old' } }],
    // What was there at another time is known to the oplog alone.
    [{ pointInTime: '2026-01-09T14:03:10Z', namespaces: ['gone.*'] }],
    [{ before: { t: 1, i: 1 }, targetDatabase: 'copy' }],
  ])('%j is fine', (request) => {
    expect(() => assertRestoreChoice(request, BACKUP)).not.toThrow();
  });

  it('takes no index of Elasticsearch for a database', () => {
    expect(() => assertRestoreChoice({ targetDatabase: 'copy' }, WITH_SEARCH)).not.toThrow();
    expect(() => assertRestoreChoice({ namespaces: ['lucid_orders*'] }, WITH_SEARCH)).toThrow('lucid_orders*');
  });

  it.each([
    [{ namespaces: ['shop.orders', 'shop.odrers'] }, 'BACKUP_SCOPE_EMPTY', 'shop.odrers; there are other.notes'],
    [{ namespaces: ['shop.orders*s'] }, 'BACKUP_SCOPE_EMPTY', 'shop.orders'],
    [{ namespaces: ['redis.*'] }, 'BACKUP_SCOPE_EMPTY', 'redis.*'],
    [{ renames: { 'shop.none': 'shop.some' } }, 'RESTORE_REFUSED', 'shop.none'],
    [{ targetDatabase: 'copy' }, 'RESTORE_REFUSED', 'there are other.*, shop.*'],
    [{ targetDatabase: 'shop', namespaces: ['shop.*'] }, 'RESTORE_REFUSED', 'where it came from'],
    [{ engines: ['elasticsearch' as const] }, 'BACKUP_ENGINE_UNSUPPORTED', 'holds mongodb, redis, not elasticsearch'],
    [{ elasticsearch: {} }, 'BACKUP_ENGINE_UNSUPPORTED', 'elasticsearch'],
  ])('%j is refused with %s', (request, code, part) => {
    const refusal = { code, message: expect.stringContaining(part) as unknown };
    expect(() => assertRestoreChoice(request, BACKUP)).toThrow(expect.objectContaining(refusal));
  });

  it('says nothing of a backup whose entry is of an earlier version and knows neither', () => {
    const unknown = { id: 'bkp_1', engines: [], namespaces: [] };
    expect(() => assertRestoreChoice({ namespaces: ['a.b'], targetDatabase: 'c' }, unknown)).not.toThrow();
  });
});
