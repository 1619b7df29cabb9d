import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS } from './format.ts';
import type { RepositoryOwner } from './repository-types.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';

/**
 * Who may write. Each owner is an object of its own, `owner/<epoch>`, written only if absent: so one of two that take over
 * at the same time wins, on any store with conditional creation and without compare-and-swap. The highest epoch counts.
 */
export class Ownership {
  readonly #store: ObjectStore;
  readonly #authKey: Uint8Array;
  readonly #clusterId: string;

  constructor(store: ObjectStore, authKey: Uint8Array, clusterId: string) {
    this.#store = store;
    this.#authKey = authKey;
    this.#clusterId = clusterId;
  }

  /** @throws AppError REPOSITORY_CORRUPT */
  async read(): Promise<RepositoryOwner> {
    const epoch = await newestVersion(this.#store, KEYS.owners);
    const bytes = epoch === 0 ? undefined : await this.#store.get(KEYS.owner(epoch));
    const owner = bytes && (decodeRecord(this.#authKey, KEYS.owner(epoch), bytes) as RepositoryOwner | undefined);
    if (!owner) throw new AppError('REPOSITORY_CORRUPT', 'The owner of the repository cannot be read.');
    return owner;
  }

  /** The owner, which is this cluster. @throws AppError REPOSITORY_OWNED */
  async assertOwn(): Promise<RepositoryOwner> {
    const owner = await this.read();
    if (owner.clusterId === this.#clusterId) return owner;
    throw new AppError(
      'REPOSITORY_OWNED',
      `The repository belongs to cluster ${owner.clusterId} since epoch ${owner.epoch}.`,
    );
  }

  /** Makes this cluster the owner after `epoch`. @throws AppError CONFLICT where another was first */
  async claim(epoch: number): Promise<RepositoryOwner> {
    const owner = { clusterId: this.#clusterId, epoch: epoch + 1 };
    const key = KEYS.owner(owner.epoch);
    const isFirst = await this.#store.putIfAbsent(key, encodeRecord(this.#authKey, key, owner));
    await this.#store.flush();
    if (isFirst) return owner;
    throw new AppError('CONFLICT', 'Another cluster took the repository over at the same time.');
  }
}

/** The highest number of the numbered objects below `prefix`; 0 where there is none. */
export async function newestVersion(store: ObjectStore, prefix: string): Promise<number> {
  let newest = 0;
  for await (const key of store.list(prefix)) {
    const name = key.slice(prefix.length);
    if (/^[0-9]{8}$/.test(name)) newest = Math.max(newest, Number(name));
  }
  return newest;
}
