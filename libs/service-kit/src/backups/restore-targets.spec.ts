import { assertRestoreTargets } from './restore-targets.ts';

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
