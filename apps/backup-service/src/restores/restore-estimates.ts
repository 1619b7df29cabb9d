import { backupRestore, type BackupRestoreResult } from '@lucid/jobs/contracts/backup-restore';
import { JobService } from '@lucid/jobs/job-service';
import { Injectable } from '@nestjs/common';
import type { EngineRestorePlan } from '../captures/restore-port.ts';

/** What an empty system is taken to do before it has restored anything: bytes a second, and seconds a collection, key space or index. */
const DEFAULT_BYTES_PER_SECOND = 20e6;
const DEFAULT_SECONDS_PER_NAMESPACE = 0.05;
/** Records hold a line for each namespace, so they are read a few at a time. */
const RECORDS_A_PAGE = 20;
const PAGES = 3;
const MEASURED = 10;

type Work = Pick<BackupRestoreResult, 'plainBytes'> & { readonly namespaces: readonly unknown[] };

/** How long a restore should take, by what the newest ones took on this system. */
@Injectable()
export class RestoreEstimates {
  constructor(private readonly jobs: JobService) {}

  async secondsFor(plans: readonly EngineRestorePlan[]): Promise<number> {
    const work = {
      plainBytes: plans.reduce((sum, { bytes }) => sum + bytes, 0),
      namespaces: plans.flatMap(({ namespaces }) => [...namespaces]),
    };
    return estimateSeconds(work, await this.measured());
  }

  private async measured(): Promise<BackupRestoreResult[]> {
    const found: BackupRestoreResult[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES && found.length < MEASURED; page += 1) {
      const query = { name: backupRestore.name, state: 'succeeded' as const, limit: RECORDS_A_PAGE };
      const { items, nextCursor } = await this.jobs.list({ ...query, ...(cursor !== undefined && { cursor }) });
      for (const { result } of items) {
        const restored = result as BackupRestoreResult | null;
        if (restored?.dryRun === false && restored.phases.length > 0) found.push(restored);
      }
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    return found.slice(0, MEASURED);
  }
}

/**
 * Seconds = bytes / 20 MB/s + 0.05 s a namespace, times the median of what the measured restores took over the same sum: their
 * mixes of large and small collections count that way, whatever their sizes were.
 */
export function estimateSeconds(work: Work, measured: readonly BackupRestoreResult[]): number {
  const ratios = measured
    .map((one) => one.phases.reduce((sum, { seconds }) => sum + seconds, 0) / modelSeconds(one))
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .sort((a, b) => a - b);
  const median = ratios[ratios.length >> 1] ?? 1;
  return Math.round(modelSeconds(work) * median * 10) / 10;
}

function modelSeconds({ plainBytes, namespaces }: Work): number {
  return plainBytes / DEFAULT_BYTES_PER_SECOND + namespaces.length * DEFAULT_SECONDS_PER_NAMESPACE;
}
