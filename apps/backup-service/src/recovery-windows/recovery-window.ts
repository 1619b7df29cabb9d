import type { SliceGap } from '@lucid/archive/slice-types';
import { AppError } from '@lucid/core/app-error';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { chainAt, type StoredChains } from './slice-chains.ts';

/** A backup of everything in MongoDB, from which a later time can be reached. */
export interface BaseBackup {
  readonly id: string;
  /** Id of the replica set: the stream of its slices. */
  readonly stream: string;
  readonly tend: ClusterTime;
}

/** Every moment from `start` to `end` can be brought back. */
export interface RecoveryWindow {
  readonly stream: string;
  /** Tend of the first backup. */
  readonly start: ClusterTime;
  readonly end: ClusterTime;
  /** Oldest first. */
  readonly backups: readonly BaseBackup[];
}

export type StreamGap = SliceGap & { readonly stream: string };

export interface ChosenBackup {
  readonly backup: BaseBackup;
  readonly window: RecoveryWindow;
}

/** Ordinals within a second are 32 bits: this is after each of them. */
const LAST_ORDINAL = 0xffff_ffff;

/** The windows of one stream, oldest first: each backup with the unbroken slices after it; those that end together are one. */
export function windowsOf(stream: string, backups: readonly BaseBackup[], stored: StoredChains): RecoveryWindow[] {
  const windows: (RecoveryWindow & { backups: BaseBackup[] })[] = [];
  const sorted = backups.filter((one) => one.stream === stream).sort((a, b) => compareClusterTimes(a.tend, b.tend));
  for (const backup of sorted) {
    const found = chainAt(stored, backup.tend);
    if (!found || compareClusterTimes(found.end, backup.tend) <= 0) continue;
    const last = windows.at(-1);
    if (last && compareClusterTimes(last.end, found.end) === 0) last.backups.push(backup);
    else windows.push({ stream, start: backup.tend, end: found.end, backups: [backup] });
  }
  return windows;
}

/** The last moment of a second, for a target that names one. @param time RFC 3339 */
export function endOfSecond(time: string): ClusterTime {
  const ms = Date.parse(time);
  if (Number.isNaN(ms) || ms < 0) throw new AppError('VALIDATION_FAILED', 'pointInTime must be a time as of RFC 3339');
  return { t: Math.floor(ms / 1_000), i: LAST_ORDINAL };
}

/** The moment just before an operation. */
export function justBefore({ t, i }: ClusterTime): ClusterTime {
  return i > 0 ? { t, i: i - 1 } : { t: t - 1, i: LAST_ORDINAL };
}

/**
 * The newest backup from which `to` can be reached: the least to replay.
 * @param from this backup or a newer one of its window, where the caller names one
 * @throws AppError RECOVERY_TIME_UNAVAILABLE, with the nearest times that can be reached
 */
export function chooseBackup(windows: readonly RecoveryWindow[], to: ClusterTime, from?: string): ChosenBackup {
  const named = from === undefined ? windows : windows.filter(({ backups }) => backups.some(({ id }) => id === from));
  for (const window of [...named].reverse()) {
    if (compareClusterTimes(window.start, to) > 0 || compareClusterTimes(to, window.end) > 0) continue;
    const backup = window.backups.findLast(({ tend }) => compareClusterTimes(tend, to) <= 0);
    if (backup) return { backup, window };
  }
  throw named.length > 0 ? unavailable(named, to) : unavailable(windows, to, from);
}

/** @param newer a backup that was named, and after which no oplog is stored yet */
function unavailable(windows: readonly RecoveryWindow[], to: ClusterTime, newer?: string): AppError {
  const ended = windows.filter(({ start, end }) => compareClusterTimes(end, to) < 0 && end.t > start.t);
  const before = ended.map(({ end }) => end.t - 1);
  const after = windows.filter(({ start }) => compareClusterTimes(start, to) > 0).map(({ start }) => start.t);
  const parts = [
    before.length > 0 ? `the nearest time before it is ${toRfc3339(Math.max(...before))}` : '',
    after.length > 0 ? `the nearest time after it is ${toRfc3339(Math.min(...after))}` : '',
  ].filter((part) => part !== '');
  const none = `no time can be brought back yet${newer === undefined ? ': take a full backup of MongoDB first' : ''}`;
  const nearest = parts.length > 0 ? parts.join(', ') : none;
  const named =
    newer === undefined ? '' : ` From ${newer} no later time can be reached yet; the oplog is stored once a minute.`;
  const detail = `${toRfc3339(to.t)} is in no recovery window; ${nearest}.${named}`;
  return new AppError('RECOVERY_TIME_UNAVAILABLE', detail);
}

/** Seconds since 1970 as RFC 3339, UTC. */
export function toRfc3339(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
