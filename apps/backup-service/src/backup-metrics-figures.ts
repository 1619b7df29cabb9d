import type { BackupRestorePayload, BackupRestoreResult } from '@lucid/jobs/contracts/backup-restore';
import { BACKUP_ENGINES, type BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type { JobRecord } from '@lucid/jobs/job-record';
import type { Backup } from '@lucid/models/main/backups';

/** What the catalogue, the restores and the recovery window say together. */
export interface BackupFacts {
  /** By repository. */
  readonly backups: ReadonlyMap<string, readonly Backup[]>;
  /** When the last rotating sample of a repository found nothing wrong. */
  readonly sampledAt: ReadonlyMap<string, Date>;
  /** Restores that succeeded, newest first. */
  readonly restores: readonly JobRecord[];
  /** The end of MongoDB's newest recovery window. */
  readonly windowEnd: Date | undefined;
  readonly now: Date;
}

/** Times are Unix times in seconds; 0 stands for never, so that an alert can see it. */
export interface BackupFigures {
  readonly lastSuccess: readonly { readonly engine: BackupEngine; readonly repository: string; readonly at: number }[];
  readonly lastVerified: readonly { readonly repository: string; readonly at: number }[];
  readonly durations: readonly { readonly repository: string; readonly seconds: number }[];
  readonly lastDrill: { readonly at: number; readonly isOk: boolean };
  /** What would be lost if the engine were lost now; without any backup the time since 1970. */
  readonly rpoSeconds: ReadonlyMap<BackupEngine, number>;
  /** How long the last restore took, of a drill or in earnest; 0 where there was none. */
  readonly rtoSeconds: ReadonlyMap<BackupEngine, number>;
}

export function figuresOf(facts: BackupFacts): BackupFigures {
  const made = new Map([...facts.backups].map(([name, backups]) => [name, backups.filter(isMade)]));
  const all = [...facts.backups.values()].flat();
  const drilled = newestBy(all, ({ last_drilled_at }) => last_drilled_at);
  return {
    lastSuccess: [...made].flatMap(([repository, backups]) =>
      BACKUP_ENGINES.map((engine) => {
        const held = backups.filter((backup) => isOf(engine, backup));
        return { engine, repository, at: secondsOf(newestBy(held, ({ finished_at }) => finished_at)?.finished_at) };
      }),
    ),
    lastVerified: [...facts.backups].map(([repository, backups]) => {
      const verified = newestBy(backups, ({ last_verified_at }) => last_verified_at)?.last_verified_at;
      return { repository, at: Math.max(secondsOf(verified), secondsOf(facts.sampledAt.get(repository))) };
    }),
    durations: [...made].map(([repository, backups]) => {
      const last = newestBy(backups, ({ finished_at }) => finished_at);
      return { repository, seconds: last ? secondsOf(last.finished_at) - secondsOf(last.created_at) : 0 };
    }),
    lastDrill: { at: secondsOf(drilled?.last_drilled_at), isOk: drilled?.last_drill_ok === true },
    rpoSeconds: new Map(BACKUP_ENGINES.map((engine) => [engine, rpoOf(engine, [...made.values()].flat(), facts)])),
    rtoSeconds: new Map(BACKUP_ENGINES.map((engine) => [engine, rtoOf(engine, all, facts.restores)])),
  };
}

/** An imported dump says nothing of how the suite's own backups do. */
function isMade({ imported_from }: Backup): boolean {
  return !imported_from;
}

/** A backup of one database is none of MongoDB: everything else in it would be lost. */
function isOf(engine: BackupEngine, { engines, is_partial: isPartial }: Backup): boolean {
  return engines?.includes(engine) === true && !(engine === 'mongodb' && isPartial);
}

function rpoOf(engine: BackupEngine, made: readonly Backup[], { windowEnd, now }: BackupFacts): number {
  const held = made.filter((backup) => isOf(engine, backup));
  const backup = secondsOf(newestBy(held, ({ consistent_at }) => consistent_at)?.consistent_at);
  const window = engine === 'mongodb' ? secondsOf(windowEnd) : 0;
  return Math.max(0, now.getTime() / 1000 - Math.max(backup, window));
}

interface Measured {
  readonly at: number;
  readonly seconds: number;
}

function rtoOf(engine: BackupEngine, backups: readonly Backup[], restores: readonly JobRecord[]): number {
  const measured: Measured[] = [];
  // Drills restore MongoDB.
  for (const { last_drilled_at, last_drill_seconds } of engine === 'mongodb' ? backups : []) {
    if (last_drilled_at && last_drill_seconds)
      measured.push({ at: secondsOf(last_drilled_at), seconds: last_drill_seconds });
  }
  for (const { payload, result, finishedAt } of restores) {
    const phase = (result as BackupRestoreResult | null)?.phases?.find((one) => one.phase === engine);
    const isDry = (payload as BackupRestorePayload).dryRun === true;
    if (phase && !isDry) measured.push({ at: secondsOf(finishedAt), seconds: phase.seconds });
  }
  return measured.sort((a, b) => b.at - a.at)[0]?.seconds ?? 0;
}

function newestBy(backups: readonly Backup[], timeOf: (backup: Backup) => Date | null | undefined): Backup | undefined {
  let newest: Backup | undefined;
  for (const backup of backups) {
    if (timeOf(backup) && (!newest || secondsOf(timeOf(backup)) > secondsOf(timeOf(newest)))) newest = backup;
  }
  return newest;
}

function secondsOf(time: Date | null | undefined): number {
  return (time?.getTime() ?? 0) / 1000;
}
