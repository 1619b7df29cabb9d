import { AppError } from '@lucid/core/app-error';
import { ChunkInventory } from './chunk-inventory.ts';
import { hash32 } from './cutter.ts';
import { inParallel } from './in-parallel.ts';
import { KnownChunks } from './known-chunks.ts';
import { MANIFESTS_AT_A_TIME, listCommitted, loadUnlessRemoved } from './load-snapshot.ts';
import type { CheckOptions, SnapshotDefect } from './maintenance-types.ts';
import type { PlacedStream, StoredManifest } from './manifest.ts';
import type { RepositoryContext } from './repository-context.ts';

/** What a scan thinks of a chunk; the value in `Scan.bad`. */
export const STATE = { fine: 0, missing: 1, corrupt: 2 } as const;
const CODES = { [STATE.missing]: 'CHUNK_MISSING', [STATE.corrupt]: 'CHUNK_CORRUPT' } as const;

const PARALLEL = 4;
const NAMED = 100;

export interface Scan {
  readonly ids: readonly string[];
  /** What those that can be read name, id → plain size. */
  readonly referenced: KnownChunks;
  readonly inventory: ChunkInventory;
  /** Id → state of the chunks that are not fine. */
  readonly bad: KnownChunks;
  readonly readChunks: number;
  readonly storedBytes: number;
}

/** Looks at every snapshot, and reads each chunk that one of them names once. Defects are collected, other failures thrown. */
export async function scanRepository(context: RepositoryContext, options: CheckOptions): Promise<Scan> {
  const { onProgress, signal } = options;
  const ids = await listCommitted(context.store);
  const inventory = await ChunkInventory.list(context.store, signal);
  const referenced = new KnownChunks();
  let done = 0;
  await inParallel(ids, MANIFESTS_AT_A_TIME, async (id) => {
    signal?.throwIfAborted();
    const loaded = await loadUnlessRemoved(context, id).catch(damageOnly('MANIFEST_CORRUPT'));
    for (const chunk of loaded?.manifest.chunks ?? []) referenced.set(chunk.id, chunk.plainBytes);
    done++;
    onProgress?.({ phase: 'snapshots', done, total: ids.length });
  });
  const bad = new KnownChunks();
  for (const [id] of referenced) if (!inventory.has(id)) bad.set(id, STATE.missing);
  const read = await readChunks(context, { inventory, referenced, bad }, options);
  return { ids, referenced, inventory, bad, ...read };
}

async function readChunks(
  { chunks }: RepositoryContext,
  { inventory, referenced, bad }: Pick<Scan, 'inventory' | 'referenced' | 'bad'>,
  { level, sample, signal, onProgress }: CheckOptions,
): Promise<{ readChunks: number; storedBytes: number }> {
  const result = { readChunks: 0, storedBytes: 0 };
  if (level === 'manifest') return result;
  await inParallel(chosenOf(referenced, bad, sample), PARALLEL, async ([id, plainBytes]) => {
    signal?.throwIfAborted();
    const ref = { id, plainBytes, copy: inventory.newest.get(id) ?? 0 };
    try {
      const bytes = await chunks.check(ref, level === 'plaintext' ? 'open' : 'check');
      result.storedBytes += bytes;
    } catch (error) {
      damageOnly('CHUNK_MISSING', 'CHUNK_CORRUPT')(error);
      bad.set(id, (error as AppError).code === 'CHUNK_MISSING' ? STATE.missing : STATE.corrupt);
    }
    result.readChunks++;
    onProgress?.({ phase: 'chunks', done: result.readChunks, total: sample ? null : referenced.size });
  });
  return result;
}

function* chosenOf(
  referenced: KnownChunks,
  bad: KnownChunks,
  sample: CheckOptions['sample'],
): Generator<[id: Buffer, plainBytes: number]> {
  const limit = (sample?.fraction ?? 1) * 2 ** 32;
  const from = Math.floor((sample?.from ?? 0) * 2 ** 32);
  for (const entry of referenced) {
    const [id] = entry;
    const position = (hash32(id, 0, id.length, sample?.seed ?? 0) - from) >>> 0;
    if (!bad.has(id) && position < limit) yield entry;
  }
}

/** What is wrong, snapshot by snapshot. One that was removed since the scan is not damaged. */
export async function defectsOf(
  context: RepositoryContext,
  { ids, bad }: Pick<Scan, 'ids' | 'bad'>,
): Promise<SnapshotDefect[]> {
  const defects: SnapshotDefect[] = [];
  for (const id of ids) {
    const loaded = await loadUnlessRemoved(context, id).catch(damageOnly('MANIFEST_CORRUPT'));
    if (loaded === null) {
      defects.push(manifestDefect(id));
    } else if (loaded && bad.size > 0) {
      defects.push(...chunkDefects(loaded.manifest, bad));
    }
  }
  return defects;
}

export function manifestDefect(snapshotId: string): SnapshotDefect {
  return { snapshotId, code: 'MANIFEST_CORRUPT', chunkCount: 0, chunkIds: [], streamCount: 0, streams: [] };
}

function chunkDefects(manifest: StoredManifest, bad: KnownChunks): SnapshotDefect[] {
  return [STATE.missing, STATE.corrupt].flatMap((state) => {
    const isBad = manifest.chunks.map(({ id }) => bad.get(id) === state);
    const ids = new Set(manifest.chunks.filter((_, i) => isBad[i]).map(({ id }) => Buffer.from(id).toString('hex')));
    if (ids.size === 0) return [];
    const isHit = ({ first, count }: PlacedStream): boolean => isBad.slice(first, first + count).includes(true);
    const streams = manifest.streams.filter(isHit).map(({ name }) => name);
    return {
      snapshotId: manifest.id,
      code: CODES[state],
      chunkCount: ids.size,
      chunkIds: [...ids].slice(0, NAMED),
      streamCount: streams.length,
      streams: streams.slice(0, NAMED),
    };
  });
}

/** Turns damage into null, so that it can be collected; everything else is thrown on. */
export function damageOnly(...codes: readonly string[]): (error: unknown) => null {
  return (error) => {
    if (error instanceof AppError && codes.includes(error.code)) return null;
    throw error;
  };
}
