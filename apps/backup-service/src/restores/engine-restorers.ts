import { AppError } from '@lucid/core/app-error';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { BackupMeta } from '../backups/backup-record.ts';
import type { StoredBackup } from '../backups/stored-backups.service.ts';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import type { EngineRestorer, RestoreInput } from '../captures/restore-port.ts';
import { endOfSecond, justBefore } from '../recovery-windows/recovery-window.ts';

/** One engine of a backup, and what brings it back. */
export interface RestorePart {
  readonly restorer: EngineRestorer;
  readonly input: RestoreInput;
}

/** The engines that can be restored here, in the order in which they are. */
export class EngineRestorers {
  private readonly restorers: readonly EngineRestorer[];

  /** @param restorers MongoDB first: the others are brought to its time */
  constructor(restorers: readonly EngineRestorer[]) {
    this.restorers = restorers;
  }

  all(): readonly EngineRestorer[] {
    return this.restorers;
  }

  /**
   * What of the backup the request asks for. Names of MongoDB (or a time, which only its oplog reaches) mean MongoDB alone,
   * keys mean Redis, indices mean Elasticsearch, unless `engines` says more.
   * @throws AppError BACKUP_ENGINE_UNSUPPORTED where the backup does not hold an engine that was asked for; RESTORE_REFUSED as
   * `assertNoneNewer`
   */
  partsOf({ reader, meta }: StoredBackup, request: BackupRestorePayload): RestorePart[] {
    const held = Object.keys(meta.engines) as BackupEngine[];
    const wanted = request.engines ?? impliedEngines(request) ?? held;
    const missing = wanted.filter((engine) => !held.includes(engine));
    if (missing.length > 0) {
      const detail = `the backup ${request.backupId} holds ${held.join(', ')}, not ${missing.join(', ')}`;
      throw new AppError('BACKUP_ENGINE_UNSUPPORTED', detail);
    }
    assertNoneNewer(meta.engines, wanted, request);
    return this.restorers
      .filter(({ engine }) => wanted.includes(engine))
      .map((restorer) => ({
        restorer,
        input: {
          backupId: request.backupId,
          reader,
          manifest: meta.engines[restorer.engine] ?? null,
          isWhole: meta.isWhole,
        },
      }));
  }
}

function impliedEngines(request: BackupRestorePayload): BackupEngine[] | undefined {
  const { targetDatabase, namespaces, renames, shard, pointInTime, before, redis, elasticsearch } = request;
  const implied: BackupEngine[] = [];
  const isOfTime = pointInTime !== undefined || before !== undefined;
  if (targetDatabase !== undefined || namespaces || renames || shard !== undefined || isOfTime) implied.push('mongodb');
  if (redis) implied.push('redis');
  if (elasticsearch) implied.push('elasticsearch');
  return implied.length > 0 ? implied : undefined;
}

/**
 * MongoDB goes to the time that is asked for, from whichever backup leads there; Redis stays at that of the named backup, which must not be later, or the
 * cache would hold what is newer than its documents. (Search indices are compared with theirs.) @throws AppError RESTORE_REFUSED
 */
export function assertNoneNewer(
  engines: BackupMeta['engines'],
  wanted: readonly BackupEngine[],
  { pointInTime, before }: Pick<BackupRestorePayload, 'pointInTime' | 'before'>,
): void {
  const moment = before ? justBefore(before) : pointInTime !== undefined && endOfSecond(pointInTime);
  const { tend } = (engines['mongodb'] ?? {}) as { tend?: ClusterTime };
  if (!moment || !tend || !wanted.includes('mongodb') || !wanted.includes('redis')) return;
  if (compareClusterTimes(tend, moment) <= 0) return;
  throw new AppError(
    'RESTORE_REFUSED',
    'Redis is newer in this backup than the time that MongoDB is to go to: name a backup from before it, or MongoDB alone in `engines`',
  );
}
