import {
  chooseRestores,
  recordsLeft,
  withoutOwn,
  type ListedBackup,
  type ListedWindow,
  toRfc3339,
} from './choose-restores.ts';

const ALL = ['mongodb', 'redis', 'elasticsearch'];

function backup(id: string, second: number, more: Partial<ListedBackup> = {}): ListedBackup {
  return {
    id,
    jobId: `job-${id}`,
    engines: ALL,
    consistentAt: toRfc3339(second),
    isDegraded: false,
    importedFrom: null,
    ...more,
  };
}

function window(start: number, end: number, backups: Record<string, number>): ListedWindow {
  const moment = (t: number): { clusterTime: { t: number } } => ({ clusterTime: { t } });
  const listed = Object.entries(backups).map(([id, t]) => ({ id, consistentAt: moment(t) }));
  return { start: moment(start), end: moment(end), backups: listed };
}

describe('what brings everything back', () => {
  const backups = [backup('a', 100), backup('b', 200), backup('c', 300)];

  it('is the newest backup at or before the time, and the window moves MongoDB on to it', () => {
    const stored = { backups, windows: [window(100, 250, { a: 100, b: 200 })] };
    expect(chooseRestores(stored, ALL, 220)).toEqual({
      restores: [{ backupId: 'b', engines: ALL, pointInTime: toRfc3339(220) }],
      times: { mongodb: toRfc3339(220), redis: toRfc3339(200), elasticsearch: toRfc3339(200) },
      notes: [],
    });
    expect(chooseRestores(stored, ALL, 199).restores).toEqual([
      { backupId: 'a', engines: ALL, pointInTime: toRfc3339(199) },
    ]);
  });

  it('does not count the second in which a window ends: it may be half there', () => {
    const stored = { backups, windows: [window(200, 250, { b: 200 })] };
    expect(chooseRestores(stored, ALL, 249).restores[0]?.pointInTime).toBe(toRfc3339(249));
    const { restores, notes } = chooseRestores(stored, ALL, 250);
    expect(restores).toEqual([{ backupId: 'b', engines: ALL }]);
    expect(notes).toEqual([expect.stringContaining('50 s before it')]);
  });

  it('is the last second there is, where no time is given', () => {
    const windows = [window(200, 250, { b: 200 })];
    expect(chooseRestores({ backups, windows }, ALL).restores).toEqual([{ backupId: 'c', engines: ALL }]);
    const later = chooseRestores({ backups: backups.slice(0, 2), windows }, ALL);
    expect(later.restores).toEqual([{ backupId: 'b', engines: ALL, pointInTime: toRfc3339(249) }]);
  });

  it('takes MongoDB from a backup after a gap, and the others from the one before', () => {
    const stored = {
      backups: [backup('a', 100), backup('m', 200, { engines: ['mongodb'] })],
      windows: [window(100, 150, { a: 100 }), window(200, 260, { m: 200 })],
    };
    const { restores, times } = chooseRestores(stored, ALL, 230);
    expect(restores).toEqual([
      { backupId: 'm', engines: ['mongodb'], pointInTime: toRfc3339(230) },
      { backupId: 'a', engines: ['redis', 'elasticsearch'] },
    ]);
    expect(times).toEqual({ mongodb: toRfc3339(230), redis: toRfc3339(100), elasticsearch: toRfc3339(100) });
  });

  it('prefers a complete backup to a newer degraded or imported one, and says what it had to take', () => {
    const odd = [backup('d', 200, { isDegraded: true }), backup('i', 210, { importedFrom: 'dump' })];
    expect(chooseRestores({ backups: [backup('a', 100), ...odd], windows: [] }, ALL, 300).restores[0]?.backupId).toBe(
      'a',
    );
    const { restores, notes } = chooseRestores({ backups: odd, windows: [] }, ALL, 200);
    expect(restores[0]?.backupId).toBe('d');
    expect(notes).toEqual([expect.stringContaining('degraded')]);
  });

  it('refuses a time before the first backup, engines that no backup holds, and an empty repository', () => {
    expect(() => chooseRestores({ backups, windows: [] }, ALL, 99)).toThrow(`--time ${toRfc3339(100)}`);
    const mongodb = [backup('m', 100, { engines: ['mongodb'] })];
    expect(() => chooseRestores({ backups: mongodb, windows: [] }, ALL, 200)).toThrow('backups of mongodb (--engines)');
    expect(() => chooseRestores({ backups: [], windows: [] }, ALL)).toThrow('holds no backup');
  });

  it('names the records that stay in the backup', () => {
    const namespaces = ['lucid.alerts', 'lucid.audit_logs', 'lucid.blocks'];
    const listed = [backup('a', 100, { namespaces }), backup('m', 200, { engines: ['mongodb'] })];
    const choice = chooseRestores({ backups: listed, windows: [] }, ALL, 100);
    expect(recordsLeft(listed, choice.restores)).toEqual(['lucid.alerts', 'lucid.audit_logs']);
  });

  it('is nothing that the new cluster made of its empty engines', () => {
    const windows = [window(100, 150, { a: 100 }), window(300, 350, { c: 300 })];
    const { stored, leftOut } = withoutOwn({ backups, windows }, new Set(['job-c', 'job-of-a-restore']));
    expect(leftOut).toBe(1);
    expect(stored).toEqual({ backups: backups.slice(0, 2), windows: windows.slice(0, 1) });
    expect(chooseRestores(stored, ALL).restores).toEqual([{ backupId: 'b', engines: ALL }]);
  });
});
