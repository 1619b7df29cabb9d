import type { BackupRestoreResult } from '@lucid/jobs/contracts/backup-restore';
import { estimateSeconds } from './restore-estimates.ts';

function restored(plainBytes: number, namespaces: number, seconds: number): BackupRestoreResult {
  return {
    ...{ backupId: 'bkp_0000000000000000', dryRun: false, engines: ['mongodb'], plainBytes },
    ...{ documents: 0, indexBuilds: 0, oplogEntries: 0, startedAt: '', finishedAt: '' },
    namespaces: Array.from({ length: namespaces }, () => ({
      ...{ source: 'a.b', target: 'a.b', documents: 0, bytes: 0, indexes: 0, replaces: false },
    })),
    phases: [{ phase: 'mongodb', seconds }],
  };
}

describe('how long a restore should take', () => {
  it('takes the documented default where nothing was restored yet', () => {
    expect(estimateSeconds({ plainBytes: 200e6, namespaces: [1, 2] }, [])).toBe(10.1);
  });

  it('follows what was measured, by the median', () => {
    const measured = [restored(200e6, 0, 5), restored(400e6, 0, 10), restored(200e6, 0, 1_000)];
    expect(estimateSeconds({ plainBytes: 2e9, namespaces: [] }, measured)).toBe(50);
  });

  it('is not misled by restores of nothing', () => {
    expect(estimateSeconds({ plainBytes: 20e6, namespaces: [] }, [restored(0, 0, 3)])).toBe(1);
  });
});
