import type { JobRecord } from '@lucid/jobs/job-record';
import type { Backup } from '@lucid/models/main/backups';
import { type BackupFacts, figuresOf } from './backup-metrics-figures.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const at = (hoursAgo: number): Date => new Date(NOW.getTime() - hoursAgo * 3_600_000);
const unix = (hoursAgo: number): number => at(hoursAgo).getTime() / 1000;

function backup(hoursAgo: number, fields: Partial<Backup> = {}): Backup {
  return {
    _id: `bkp_${hoursAgo}`,
    created_at: at(hoursAgo + 0.5),
    finished_at: at(hoursAgo),
    consistent_at: at(hoursAgo + 0.1),
    engines: ['mongodb'],
    ...fields,
  };
}

function facts(changes: Partial<BackupFacts> = {}): BackupFacts {
  return {
    backups: new Map([['default', []]]),
    sampledAt: new Map(),
    restores: [],
    windowEnd: undefined,
    now: NOW,
    ...changes,
  };
}

function restore(hoursAgo: number, seconds: number, payload: object = {}): JobRecord {
  const result = { phases: [{ phase: 'mongodb', seconds }] };
  return { payload, result, finishedAt: at(hoursAgo) } as unknown as JobRecord;
}

describe('the figures of backups', () => {
  it('say never where there is nothing', () => {
    const figures = figuresOf(facts());
    expect(figures.lastSuccess).toEqual(
      ['mongodb', 'redis', 'elasticsearch'].map((engine) => ({ engine, repository: 'default', at: 0 })),
    );
    expect(figures.lastVerified).toEqual([{ repository: 'default', at: 0 }]);
    expect(figures.lastDrill).toEqual({ at: 0, isOk: false });
    expect(figures.rpoSeconds.get('redis')).toBe(NOW.getTime() / 1000);
    expect([...figures.rtoSeconds.values()]).toEqual([0, 0, 0]);
  });

  it('do not take a backup of one database for one of MongoDB', () => {
    const partial = backup(1, { is_partial: true });
    const figures = figuresOf(facts({ backups: new Map([['default', [partial, backup(50)]]]) }));
    expect(figures.lastSuccess).toContainEqual({ engine: 'mongodb', repository: 'default', at: unix(50) });
    expect(figures.rpoSeconds.get('mongodb')).toBeCloseTo(50.1 * 3_600);
  });

  it('are those of the newest backup of each engine in each repository', () => {
    const both = backup(30, { engines: ['mongodb', 'redis'], last_verified_at: at(29) });
    const backups = new Map([
      ['default', [backup(4, { last_verified_at: at(3) }), both]],
      ['s3', [both]],
    ]);
    const figures = figuresOf(facts({ backups, sampledAt: new Map([['s3', at(2)]]) }));
    expect(figures.lastSuccess).toContainEqual({ engine: 'mongodb', repository: 'default', at: unix(4) });
    expect(figures.lastSuccess).toContainEqual({ engine: 'mongodb', repository: 's3', at: unix(30) });
    expect(figures.lastSuccess).toContainEqual({ engine: 'redis', repository: 'default', at: unix(30) });
    expect(figures.lastSuccess).toContainEqual({ engine: 'elasticsearch', repository: 's3', at: 0 });
    expect(figures.lastVerified).toEqual([
      { repository: 'default', at: unix(3) },
      { repository: 's3', at: unix(2) },
    ]);
    expect(figures.durations).toContainEqual({ repository: 'default', seconds: 1800 });
    expect(figures.rpoSeconds.get('mongodb')).toBeCloseTo(4.1 * 3600);
    expect(figures.rpoSeconds.get('redis')).toBeCloseTo(30.1 * 3600);
  });

  it('count a recovery window for MongoDB, and no imported dump', () => {
    const backups = new Map([['default', [backup(1, { imported_from: 'archive x' }), backup(20)]]]);
    expect(figuresOf(facts({ backups })).rpoSeconds.get('mongodb')).toBeCloseTo(20.1 * 3600);
    expect(figuresOf(facts({ backups })).lastSuccess[0]).toMatchObject({ at: unix(20) });
    const withWindow = figuresOf(facts({ backups, windowEnd: at(0.01) }));
    expect(withWindow.rpoSeconds.get('mongodb')).toBeCloseTo(36);
    expect(withWindow.rpoSeconds.get('redis')).toBe(NOW.getTime() / 1000);
    // A clock that went backwards makes no time to come.
    expect(figuresOf(facts({ windowEnd: at(-1) })).rpoSeconds.get('mongodb')).toBe(0);
  });

  it('measure the recovery time by the last drill or restore', () => {
    const drilled = backup(50, { last_drilled_at: at(10), last_drill_ok: true, last_drill_seconds: 77 });
    const failed = backup(60, { last_drilled_at: at(5), last_drill_ok: false, last_drill_seconds: null });
    const backups = new Map([['default', [drilled, failed]]]);
    const figures = figuresOf(facts({ backups, restores: [restore(20, 5)] }));
    expect(figures.rtoSeconds.get('mongodb')).toBe(77);
    expect(figures.lastDrill).toEqual({ at: unix(5), isOk: false });
    const restores = [restore(1, 1, { dryRun: true }), restore(2, 55)];
    expect(figuresOf(facts({ backups, restores })).rtoSeconds.get('mongodb')).toBe(55);
  });
});
