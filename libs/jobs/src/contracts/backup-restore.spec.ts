import { checkPayload } from '../job-payload.ts';
import { backupRestore, type BackupRestorePayload } from './backup-restore.ts';

const backupId = 'bkp_0123456789abcdef';

function checkRenames(renames: unknown): Promise<BackupRestorePayload> {
  return checkPayload(backupRestore, { backupId, renames } as BackupRestorePayload);
}

describe('the renames of a restore', () => {
  it('lead from namespace to namespace, whatever these are called', async () => {
    const renames = { 'lucid.toString': 'lucid.constructor', 'a.b.c': 'b.with space' };
    expect((await checkRenames(renames)).renames).toEqual(renames);
  });

  const wrong: Record<string, unknown>[] = [
    { toString: 'a.b' },
    { constructor: 'a.b' },
    { 'a.b': 5 },
    { 'a.b': { $ne: 1 } },
    { 'a.b': 'c' },
    { 'a.b': '' },
  ];
  it.each(wrong.map((renames) => ({ renames })))('$renames is refused, never left out', async ({ renames }) => {
    await expect(checkRenames(renames)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '/renames' }],
    });
  });
});
