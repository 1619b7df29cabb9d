import type { Repository } from '@lucid/archive/repository';
import { AppError } from '@lucid/core/app-error';
import { BACKUP_ENGINES, type BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import type { CaptureScope } from '../captures/capture-port.ts';
import type { CapturedEngines } from '../captures/captures.service.ts';
import type { BackupConsistency, BackupMeta, BackupOrigin } from './backup-record.ts';

/** What is decided of a backup before anything is read. */
export interface BegunBackup {
  readonly backupId: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly origin?: BackupOrigin;
}

export function scopeOf({ database, collections }: BackupCreatePayload): CaptureScope {
  if (collections && database === undefined) {
    throw new AppError('VALIDATION_FAILED', 'collections need the database they are in: set `database`');
  }
  return { ...(database !== undefined && { database }), ...(collections && { collections }) };
}

/** A repository is encrypted or plain, compressed or not, for its whole life. @throws AppError REPOSITORY_MISMATCH */
export function assertSettings({ encryption, compression }: BackupCreatePayload, repository: Repository): void {
  const isEncrypted = repository.encryption !== 'none';
  const isCompressed = repository.compression !== 'none';
  const differs = (asked: boolean | undefined, present: boolean): boolean => asked !== undefined && asked !== present;
  if (differs(encryption, isEncrypted) || differs(compression, isCompressed)) {
    throw new AppError(
      'REPOSITORY_MISMATCH',
      `the repository was made with encryption ${repository.encryption} and compression ${repository.compression}, for its whole life`,
    );
  }
}

export function toBackupMeta(
  jobId: string,
  payload: BackupCreatePayload,
  { startedAt, origin }: BegunBackup,
  { outcomes: found, lacking }: CapturedEngines,
): BackupMeta {
  const outcomes = new Map(
    BACKUP_ENGINES.flatMap((engine) => {
      const outcome = found.get(engine);
      return outcome ? [[engine, outcome] as const] : [];
    }),
  );
  const captured = [...outcomes.values()];
  const times = Object.fromEntries([...outcomes].map(([engine, { consistentAt }]) => [engine, consistentAt]));
  return {
    version: 1,
    jobId,
    label: payload.label ?? null,
    isWhole: payload.collections === undefined,
    startedAt,
    // MongoDB leads; without it, the newest of the others.
    consistentAt: (times['mongodb'] ?? latest(Object.values(times))).toISOString(),
    namespaces: captured.flatMap(({ namespaces }) => namespaces),
    documents: captured.reduce((sum, { documents }) => sum + documents, 0),
    warnings: [...lacking.values(), ...captured.flatMap(({ warnings }) => warnings)],
    ...(origin && { origin }),
    ...(payload.database !== undefined && { isPartial: true }),
    ...((lacking.size > 0 || captured.some((one) => one.isDegraded)) && { isDegraded: true }),
    ...(outcomes.size > 1 && { consistency: consistencyOf(payload, times) }),
    engines: Object.fromEntries([...outcomes].map(([engine, { manifest }]) => [engine, manifest])),
  };
}

function consistencyOf(payload: BackupCreatePayload, times: Record<string, Date>): BackupConsistency {
  const instants = Object.values(times).map((time) => time.getTime());
  return {
    mode: payload.consistency ?? 'converged',
    times: Object.fromEntries(Object.entries(times).map(([engine, time]) => [engine, time.toISOString()])),
    skewSeconds: (Math.max(...instants) - Math.min(...instants)) / 1_000,
  };
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}
