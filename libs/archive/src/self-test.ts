import { readCommit } from './commit.ts';
import { KEYS } from './format.ts';
import { HEADER_BYTES, dataKeyOf } from './frame-header.ts';
import { inParallel } from './in-parallel.ts';
import { masterKeyIdOf } from './key-set.ts';
import { listCommitted, loadUnlessRemoved, type LoadedSnapshot } from './load-snapshot.ts';
import type { SelfTestResult } from './maintenance-types.ts';
import type { ChunkRef } from './manifest.ts';
import type { RepositoryContext } from './repository-context.ts';
import { damageOnly } from './scan-repository.ts';

/** Chunks whose headers are looked at for the data key they name. */
const LOOKED_AT = 16;
/** COMMITs that are read at a time. */
const PARALLEL = 8;

/** Do the keys still open what is stored; see `Repository.selfTest`. */
export async function selfTest(context: RepositoryContext): Promise<SelfTestResult> {
  const { store, chunks, ring } = context;
  const keySet = await ring.reread();
  const bytes = await store.get(KEYS.keySet(keySet.version));
  const newest = await newestSnapshot(context);
  const opened = new Set<number>();
  for (const chunk of spread(newest?.manifest.chunks ?? [])) {
    const header = await store.get(KEYS.chunk(Buffer.from(chunk.id).toString('hex'), chunk.copy), {
      offset: 0,
      length: HEADER_BYTES,
    });
    // Not in the place that the manifest names: reading it looks for it elsewhere.
    const dataKey = header?.length === HEADER_BYTES ? dataKeyOf(header) : undefined;
    if (dataKey !== undefined && opened.has(dataKey)) continue;
    await chunks.check(chunk, 'open');
    if (dataKey !== undefined) opened.add(dataKey);
  }
  return {
    keySetVersion: keySet.version,
    masterKeyId: (bytes && masterKeyIdOf(bytes)) ?? null,
    snapshotId: newest?.manifest.id ?? null,
    openedDataKeys: [...opened].sort((a, b) => a - b),
    dataKeys: keySet.dataKeys.length,
  };
}

async function newestSnapshot(context: RepositoryContext): Promise<LoadedSnapshot | undefined> {
  const { store, keys } = context;
  const found: { id: string; committedAt: string }[] = [];
  await inParallel(await listCommitted(store), PARALLEL, async (id) => {
    // A damaged COMMIT says nothing about the keys: a check reports it.
    const commit = await readCommit(store, keys.authKey, id).catch(damageOnly('MANIFEST_CORRUPT'));
    if (commit) found.push({ id, committedAt: commit.committedAt });
  });
  found.sort((a, b) => b.committedAt.localeCompare(a.committedAt));
  for (const { id } of found) {
    const loaded = await loadUnlessRemoved(context, id);
    if (loaded) return loaded;
  }
  return undefined;
}

/** First, last and some between: data keys change over a repository's life. */
function spread(chunks: readonly ChunkRef[]): ChunkRef[] {
  const step = Math.max(1, Math.ceil(chunks.length / LOOKED_AT));
  return chunks.filter((_, i) => i % step === 0 || i === chunks.length - 1);
}
