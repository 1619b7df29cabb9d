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

describe('the time of a restore', () => {
  it.each(['2026-01-09T14:03:10Z', '2026-01-09T15:03:10.5+01:00'])('is %s', async (pointInTime) => {
    const payload = { backupId, pointInTime } as BackupRestorePayload;
    await expect(checkPayload(backupRestore, payload)).resolves.toMatchObject({ pointInTime });
  });

  it.each(['2026-01-09T14:03:10', '2026-01-09', '2026-W02-5', 'yesterday'])(
    'is not %s, which each host would take for another instant',
    async (pointInTime) => {
      await expect(
        checkPayload(backupRestore, { backupId, pointInTime } as BackupRestorePayload),
      ).rejects.toMatchObject({
        errors: [{ pointer: '/pointInTime' }],
      });
    },
  );
});
