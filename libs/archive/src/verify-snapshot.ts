import { AppError } from '@lucid/core/app-error';
import type { ChunkStore } from './chunk-store.ts';
import type { StoredManifest } from './manifest.ts';
import type { VerifyLevel, VerifyOptions, VerifyResult } from './snapshot-types.ts';

const PARALLEL = 4;

/** Checks the chunks of an authentic manifest, each once. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT; the signal's reason */
export async function verifyChunks(
  chunks: ChunkStore,
  manifest: StoredManifest,
  level: VerifyLevel,
  { onProgress, signal }: VerifyOptions = {},
): Promise<VerifyResult> {
  const distinct = new Map(manifest.chunks.map((chunk) => [Buffer.from(chunk.id).toString('hex'), chunk]));
  const refs = [...distinct.values()];
  if (level === 'manifest') {
    const known = await chunks.listKnown();
    for (const [name, { id }] of distinct) {
      if (!known.has(id)) throw new AppError('CHUNK_MISSING', `Chunk ${name} is not in the repository.`);
    }
    return { id: manifest.id, level, chunks: refs.length, storedBytes: 0 };
  }
  let next = 0;
  let done = 0;
  let storedBytes = 0;
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (let ref = refs[next++]; ref && !hasFailed; ref = refs[next++]) {
      signal?.throwIfAborted();
      const bytes = await chunks.check(ref, level === 'plaintext' ? 'open' : 'check');
      storedBytes += bytes; // Not `+= await`: that would add to what the sum was before the wait.
      onProgress?.({ chunks: ++done, totalChunks: refs.length });
    }
  };
  const guarded = (): Promise<void> =>
    work().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    });
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, guarded));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return { id: manifest.id, level, chunks: refs.length, storedBytes };
}
