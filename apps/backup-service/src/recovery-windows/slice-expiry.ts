import type { SliceLog } from '@lucid/archive/slice-types';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import type { BaseBackup } from './recovery-window.ts';
import { metaOf, readChains } from './slice-chains.ts';

/**
 * Up to where slices are no longer needed so that every moment since `keepFrom` can be brought back: the Tend of the newest backup
 * that is not later, or else that time itself: a backup that is not known of may need what lies after it.
 * @param backups of this log's replica set
 */
export function expiryOf(backups: readonly BaseBackup[], keepFrom: ClusterTime): ClusterTime {
  const tends = backups.map(({ tend }) => tend).sort(compareClusterTimes);
  return tends.findLast((tend) => compareClusterTimes(tend, keepFrom) <= 0) ?? keepFrom;
}

const SECONDS_PER_DAY = 86_400;

/**
 * Since when every moment stays recoverable. A clock of this host that is ahead must not make slices old: the time of the newest one, which
 * MongoDB gave it, counts where it is earlier.
 */
export function keepFromOf(now: Date, newest: ClusterTime | undefined, days: number): ClusterTime {
  const seconds = Math.min(Math.floor(now.getTime() / 1_000), newest?.t ?? 0);
  return { t: Math.max(0, seconds - days * SECONDS_PER_DAY), i: 0 };
}

/** Removes what `expiryOf` lets go, but for what transactions need that are open at that time. @returns the number of slices */
export async function expireSlices(
  log: SliceLog,
  backups: readonly BaseBackup[],
  keepFrom: ClusterTime,
): Promise<number> {
  const mine = backups.filter(({ stream }) => stream === log.stream);
  const until = expiryOf(mine, keepFrom);
  const ended = (await readChains(log)).chains.flatMap(({ slices }) => slices);
  const last = ended.findLast(({ to }) => compareClusterTimes(to, until) <= 0);
  if (!last) return 0;
  const starts = metaOf(await log.read(last)).open.map(({ from: { t, i } }) => ({ t, i: i - 1 }));
  return log.removeBefore([until, ...starts].sort(compareClusterTimes)[0] ?? until);
}
