import { assertRestoreTargets, refuseTimeOfCluster } from './restore-targets.ts';

const CONTROL = 'lucid_control';

describe('where restores may go', () => {
  it.each([
    [{}],
    [{ targetDatabase: 'copy', namespaces: ['shop.orders', 'admins.*'] }],
    [{ renames: { 'admin.notes': 'shop.notes', 'shop.local': 'shop.local.old' } }],
  ])('%j is fine', (request) => {
    expect(() => assertRestoreTargets(request, CONTROL)).not.toThrow();
  });

  it('names every field that leads into a database that is never restored, in any case of letters', () => {
    const request = {
      targetDatabase: 'Admin',
      namespaces: ['shop.orders', 'local.oplog.rs', 'LUCID_control.jobs'],
      renames: { 'shop.a/b~c': 'config.system.sessions' },
    };
    const pointers = ['/targetDatabase', '/namespaces/1', '/namespaces/2', '/renames/shop.a~1b~0c'];
    expect(() => assertRestoreTargets(request, CONTROL)).toThrow(
      expect.objectContaining({
        code: 'RESTORE_REFUSED',
        errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });
});

describe('a time of a sharded cluster', () => {
  it.each([
    [{ pointInTime: '2026-01-09T14:03:10Z' }, '/pointInTime'],
    [{ before: { t: 1, i: 1 } }, '/before'],
  ])('%j is refused', (request, pointer) => {
    expect(() => refuseTimeOfCluster(request, true)).toThrow(
      expect.objectContaining({ code: 'RESTORE_REFUSED', errors: [expect.objectContaining({ pointer })] }),
    );
    expect(() => refuseTimeOfCluster(request, false)).not.toThrow();
    expect(() => refuseTimeOfCluster({}, true)).not.toThrow();
  });
});
