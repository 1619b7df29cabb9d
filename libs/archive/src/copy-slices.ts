import { AppError, isAppError } from '@lucid/core/app-error';
import { checkGaps, type GapDefect, readGapRecord } from './check-gaps.ts';
import { dataKeyOf, HEADER_BYTES } from './frame-header.ts';
import { copyDataKeys, hasSameKeys } from './replica.ts';
import type { RepositoryContext } from './repository-context.ts';
import { compareSliceTimes, openSlice, SLICE_KEYS } from './slice-format.ts';
import { listSliceStreams, StoredSliceLog } from './slice-log.ts';
import type { SliceRange } from './slice-types.ts';

export interface SliceDefect extends SliceRange {
  readonly stream: string;
  readonly code: 'CHUNK_MISSING' | 'CHUNK_CORRUPT';
}

/** What became of the slices of a repository. */
export interface SliceCheck {
  readonly slices: number;
  readonly damaged: readonly SliceDefect[];
  /** Left out where there are none. */
  readonly damagedGaps?: readonly GapDefect[];
}

export interface SliceRepair {
  readonly repairedSlices: number;
  /** Still damaged. */
  readonly lostSlices: readonly SliceDefect[];
  /** Left out where there are none. */
  readonly lostGaps?: readonly GapDefect[];
}

/** Reads every slice, decrypted, and the records of gaps. @throws what the store throws, and the signal's reason */
export async function checkSlices(context: RepositoryContext, signal?: AbortSignal): Promise<SliceCheck> {
  const damaged: SliceDefect[] = [];
  let slices = 0;
  for (const stream of await listSliceStreams(context.store)) {
    const log = new StoredSliceLog(context, stream);
    for (const range of await log.list()) {
      signal?.throwIfAborted();
      const code = await defectOf(context, stream, range);
      // One that expired since the listing is not damaged.
      if (code === 'CHUNK_MISSING') continue;
      slices += 1;
      if (code) damaged.push({ stream, ...range, code });
    }
  }
  const damagedGaps = await checkGaps(context, signal);
  return { slices, damaged, ...(damagedGaps.length > 0 && { damagedGaps }) };
}

/**
 * Brings back what a replica has sound: slices and records of gaps that are damaged here, and those that are missing after the oldest one here (older ones may have
 * expired), or all where there is none left. @throws AppError REPOSITORY_MISMATCH, REPOSITORY_OWNED
 */
export async function repairSlices(
  target: RepositoryContext,
  source: RepositoryContext | undefined,
  signal?: AbortSignal,
): Promise<SliceRepair> {
  if (source) assertReplica(source, target);
  if (source) await copyDataKeys(source, target);
  const { damaged, damagedGaps = [] } = await checkSlices(target, signal);
  const lostSlices: SliceDefect[] = [];
  let repairedSlices = 0;
  for (const defect of damaged) {
    if (source && (await replaceOne(source, target, defect))) repairedSlices += 1;
    else lostSlices.push(defect);
  }
  if (source) await removeDamagedGaps(source, target, damagedGaps);
  for (const stream of source ? await listSliceStreams(source.store) : []) {
    if (source) repairedSlices += await bringMissing(source, target, stream, signal);
  }
  await target.store.flush();
  const lostGaps = damagedGaps.length > 0 ? await checkGaps(target, signal) : [];
  return { repairedSlices, lostSlices, ...(lostGaps.length > 0 && { lostGaps }) };
}

/** Where the source has them sound, for `copyGaps` to bring those: none is ever overwritten. */
async function removeDamagedGaps(
  source: RepositoryContext,
  target: RepositoryContext,
  defects: readonly GapDefect[],
): Promise<void> {
  for (const defect of defects) {
    if (defect.code !== 'MANIFEST_CORRUPT') continue;
    const key = SLICE_KEYS.gap(defect.stream, defect.id);
    if (!(await readGapRecord(source, key))) continue;
    await target.ownership.assertOwn();
    await target.store.remove(key);
  }
}

async function bringMissing(
  source: RepositoryContext,
  target: RepositoryContext,
  stream: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const present = await new StoredSliceLog(target, stream).list();
  const [oldest] = present;
  const there = new Set(present.map((range) => SLICE_KEYS.slice(stream, range)));
  await target.ownership.assertOwn();
  let brought = 0;
  for (const range of await new StoredSliceLog(source, stream).list()) {
    signal?.throwIfAborted();
    const key = SLICE_KEYS.slice(stream, range);
    const hasExpired = oldest !== undefined && compareSliceTimes(range.from, oldest.from) < 0;
    if (hasExpired || there.has(key) || (await defectOf(source, stream, range))) continue;
    if (await copyOne(source, target, key)) brought += 1;
  }
  await copyGaps(source, target, stream);
  return brought;
}

/** The damaged object goes first: none is ever overwritten. */
async function replaceOne(source: RepositoryContext, target: RepositoryContext, defect: SliceDefect): Promise<boolean> {
  const key = SLICE_KEYS.slice(defect.stream, defect);
  if (await defectOf(source, defect.stream, defect)) return false;
  await target.ownership.assertOwn();
  await target.store.remove(key);
  return copyOne(source, target, key);
}

/** As it is stored, checked before. @returns false where it is there, or the source has it no more. @throws AppError CHUNK_CORRUPT */
export async function copyOne(source: RepositoryContext, target: RepositoryContext, key: string): Promise<boolean> {
  const frame = await source.store.get(key);
  if (!frame) return false; // It has expired since the listing.
  const needed = frame.length >= HEADER_BYTES ? dataKeyOf(frame) : undefined;
  if (needed !== undefined && [source, target].some((one) => isUnknown(one, needed)))
    await copyDataKeys(source, target);
  openSlice(source.ring.keys, source.repositoryId, key, frame);
  return target.store.putIfAbsent(key, frame);
}

/** Another process may have changed the data key since the copying began. */
function isUnknown({ ring }: RepositoryContext, dataKey: number): boolean {
  return ring.keys.encrypted && !ring.keys.dataKeys.some(({ id }) => id === dataKey);
}

/** @param known keys of gaps that the target is known to have; what it has afterwards is added */
export async function copyGaps(
  source: RepositoryContext,
  target: RepositoryContext,
  stream: string,
  known = new Set<string>(),
): Promise<void> {
  for await (const key of source.store.list(SLICE_KEYS.gaps(stream))) {
    if (known.has(key)) continue;
    const record = (await target.store.stat(key)) ? undefined : await source.store.get(key);
    if (record) await target.store.putIfAbsent(key, record);
    known.add(key);
  }
}

async function defectOf(
  context: RepositoryContext,
  stream: string,
  range: SliceRange,
): Promise<SliceDefect['code'] | undefined> {
  try {
    await new StoredSliceLog(context, stream).read({ from: range.from, to: range.to });
    return undefined;
  } catch (error) {
    if (isAppError(error, 'CHUNK_CORRUPT')) return 'CHUNK_CORRUPT';
    if (isAppError(error, 'CHUNK_MISSING')) return 'CHUNK_MISSING';
    throw error;
  }
}

/** Slices name their predecessors by the hash of what is stored: only as they are do they make a chain. */
export function assertReplica(source: RepositoryContext, target: RepositoryContext): void {
  if (hasSameKeys(source.ring.keySet, target.ring.keySet)) return;
  throw new AppError('REPOSITORY_MISMATCH', 'Oplog slices are copied between replicas, which share their keys.');
}
