import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { copySnapshot } from './copy-snapshot.ts';
import { KEYS, isSnapshotId } from './format.ts';
import { listGenerations, readGenerations } from './generations.ts';
import { inParallel } from './in-parallel.ts';
import { listCommitted, loadSnapshot, loadUnlessRemoved } from './load-snapshot.ts';
import type { MaintenanceOptions, RepairResult, SnapshotDefect } from './maintenance-types.ts';
import type { ChunkRef } from './manifest.ts';
import { copyDataKeys, hasSameKeys } from './replica.ts';
import type { RepositoryContext } from './repository-context.ts';
import { STATE, damageOnly, defectsOf, manifestDefect, scanRepository, type Scan } from './scan-repository.ts';
import { encodeRecord } from './signed-record.ts';

export interface RepairOptions extends MaintenanceOptions {
  /** Token of the lease, for the COMMIT of a snapshot that is brought back from the source. */
  readonly fencingToken: number;
}

const PARALLEL = 4;
const UNSOUND = ['CHUNK_MISSING', 'CHUNK_CORRUPT'] as const;
const UNREADABLE = ['BACKUP_NOT_FOUND', 'MANIFEST_CORRUPT'] as const;

/** Mends what is damaged; see `Repository.repair`. @param source a repository with the same keys */
export async function repairRepository(
  context: RepositoryContext,
  source: RepositoryContext | undefined,
  options: RepairOptions,
): Promise<RepairResult> {
  if (source && !hasSameKeys(source.ring.keySet, context.ring.keySet)) {
    throw new AppError('REPOSITORY_MISMATCH', 'Only a replica, with the same keys, can mend a repository.');
  }
  const repair = new Repair(context, source, options);
  await repair.assertMayChange();
  if (source) await copyDataKeys(source, context);
  await repair.mendGenerations();
  const unreadable = await repair.mendManifests();
  const { signal, onProgress } = options;
  const scan = await scanRepository(context, { level: 'plaintext', signal, onProgress });
  const found = await defectsOf(context, scan);
  await repair.mendChunks(scan);
  const lost = [...(await goneOf(context, unreadable)), ...(await defectsOf(context, scan))];
  const isLost = new Set(lost.map(({ snapshotId }) => snapshotId));
  const damaged = new Set([...unreadable, ...found.map(({ snapshotId }) => snapshotId)]);
  return { ...repair.counts, whole: [...damaged].filter((id) => !isLost.has(id)).sort(), lost };
}

/** Snapshots that were set aside, and that the source does not have whole either. */
async function goneOf({ store }: RepositoryContext, ids: readonly string[]): Promise<SnapshotDefect[]> {
  const gone: SnapshotDefect[] = [];
  for (const id of ids) if (!(await store.stat(KEYS.commit(id)))) gone.push(manifestDefect(id));
  return gone;
}

class Repair {
  readonly counts = { repairedChunks: 0, quarantinedChunks: 0 };
  readonly #context: RepositoryContext;
  readonly #source: RepositoryContext | undefined;
  readonly #options: RepairOptions;

  constructor(context: RepositoryContext, source: RepositoryContext | undefined, options: RepairOptions) {
    this.#context = context;
    this.#source = source;
    this.#options = options;
  }

  async assertMayChange(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.#context.ownership.assertOwn();
    await this.#options.assertHeld();
  }

  /** A damaged list of condemned chunks stops backups and collection: it is set aside, and its generation is over. */
  async mendGenerations(): Promise<void> {
    const { store, keys } = this.#context;
    const state = await readGenerations(store, keys.authKey).catch(damageOnly('REPOSITORY_CORRUPT'));
    if (state) return;
    const { newest } = await listGenerations(store);
    await this.#setAside(KEYS.generation(newest), false);
    const key = KEYS.generationDone(newest);
    await store.putIfAbsent(key, encodeRecord(keys.authKey, key, { generation: newest, deletedChunks: 0 }));
    await store.flush();
  }

  /**
   * Brings snapshots back whose manifest or COMMIT is damaged, also where an earlier repair died when it had just begun.
   * @returns the ids of all that were damaged
   */
  async mendManifests(): Promise<string[]> {
    const { store } = this.#context;
    const ids = new Set<string>();
    for (const id of await listCommitted(store)) {
      if ((await loadUnlessRemoved(this.#context, id).catch(damageOnly('MANIFEST_CORRUPT'))) === null) ids.add(id);
    }
    for await (const key of store.list(KEYS.setAside(KEYS.snapshots))) {
      const [, , id, name] = key.split('/');
      if (id && name === 'COMMIT' && isSnapshotId(id) && !(await store.stat(KEYS.commit(id)))) ids.add(id);
    }
    for (const id of ids) await this.#bringBack(id);
    return [...ids];
  }

  async #bringBack(id: string): Promise<void> {
    const { store } = this.#context;
    const isThere = this.#source && (await loadSnapshot(this.#source, id).catch(damageOnly(...UNREADABLE)));
    if (!this.#source || !isThere) return;
    const { assertHeld, fencingToken, signal } = this.#options;
    await this.assertMayChange();
    await this.#setAside(KEYS.commit(id), true);
    for await (const key of store.list(KEYS.snapshot(id))) await this.#setAside(key, true);
    const copied = await copySnapshot(this.#source, this.#context, id, { assertHeld, fencingToken, signal }).catch(
      damageOnly(...UNSOUND),
    );
    if (copied) await removeSetAside(store, id);
  }

  /** Mends the chunks that the scan found, and notes in `scan.bad` what is fine again. */
  async mendChunks({ bad, inventory, referenced }: Scan): Promise<void> {
    const { newest } = await listGenerations(this.#context.store);
    let done = 0;
    await inParallel([...bad], PARALLEL, async ([id]) => {
      await this.assertMayChange();
      const ref = { id, plainBytes: referenced.get(id) ?? 0 };
      if (await this.#mend(ref, inventory.copies(id), newest)) bad.set(id, STATE.fine);
      else bad.set(id, STATE.missing);
      this.#options.onProgress?.({ phase: 'repair', done: ++done, total: bad.size });
    });
  }

  /** @returns is the chunk there and sound */
  async #mend(ref: ChunkRef, copies: readonly number[], generation: number): Promise<boolean> {
    const { store, chunks } = this.#context;
    const name = Buffer.from(ref.id).toString('hex');
    const isSound = await chunks.check(ref, 'open').catch(damageOnly(...UNSOUND));
    if (isSound !== null) return true;
    const frame = await this.#source?.chunks.getFrame(ref, 'open').catch(damageOnly(...UNSOUND));
    const target = KEYS.chunk(name, generation);
    if (frame && !copies.includes(generation)) await store.putIfAbsent(target, frame);
    for (const copy of copies) {
      if (await this.#setAside(KEYS.chunk(name, copy), true)) this.counts.quarantinedChunks++;
    }
    if (!frame) return false;
    await store.putIfAbsent(target, frame);
    await store.flush();
    this.counts.repairedChunks++;
    return true;
  }

  /** Keeps what is damaged below `quarantine/`, and then removes it. @returns was there anything */
  async #setAside(key: string, remove: boolean): Promise<boolean> {
    const { store } = this.#context;
    const bytes = await store.get(key);
    if (!bytes) return false;
    const hash = createHash('sha256').update(bytes).digest('hex');
    await store.putIfAbsent(`${KEYS.setAside(key)}/${hash}`, bytes);
    await store.flush();
    if (remove) await store.remove(key);
    return true;
  }
}

/** What was kept of a snapshot's damaged parts: so that a snapshot that is removed later is not brought back. */
export async function removeSetAside(store: ObjectStore, snapshotId: string): Promise<void> {
  for await (const key of store.list(KEYS.setAside(KEYS.snapshot(snapshotId)))) await store.remove(key);
}
