import { AppError } from '@lucid/core/app-error';
import { newestVersion } from './owner.ts';
import type { RepositoryContext } from './repository-context.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { JsonValue } from './snapshot-types.ts';

const TRIES = 10;

/**
 * Small signed records, one for each snapshot, beside the snapshots. Objects are never overwritten: each change is `<prefix><snapshot>/<number>`
 * with a higher number, the highest counts, and lower ones are removed after it; so there is no moment without the record while it is changed.
 */
export class NumberedRecords {
  readonly #context: RepositoryContext;
  readonly #prefix: string;

  /** @param prefix with a slash at its end */
  constructor(context: RepositoryContext, prefix: string) {
    this.#context = context;
    this.#prefix = prefix;
  }

  /** @returns the newest record of the snapshot, `undefined` where there is none, `'damaged'` where it cannot be read */
  async find(id: string): Promise<{ value: unknown } | 'damaged' | undefined> {
    const { store, keys } = this.#context;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const number = await newestVersion(store, this.#folderOf(id));
      if (number === 0) return undefined;
      const key = this.#keyOf(id, number);
      const bytes = await store.get(key);
      // Gone since the listing: a higher number is there, or it was removed.
      if (!bytes) continue;
      const value = decodeRecord(keys.authKey, key, bytes);
      return value === undefined ? 'damaged' : { value };
    }
    throw changing();
  }

  /** Ids of the snapshots that have one, sorted. */
  async ids(): Promise<string[]> {
    const ids = new Set<string>();
    for await (const key of this.#context.store.list(this.#prefix))
      ids.add(key.slice(this.#prefix.length).split('/')[0] ?? '');
    return [...ids].sort();
  }

  /** Puts the value in place of the one that is there. @throws AppError REPOSITORY_OWNED, CONFLICT (others change it at this moment) */
  async write(id: string, value: JsonValue): Promise<void> {
    const { store, keys, ownership } = this.#context;
    await ownership.assertOwn();
    const key = this.#keyOf(id, (await newestVersion(store, this.#folderOf(id))) + 1);
    if (!(await store.putIfAbsent(key, encodeRecord(keys.authKey, key, value)))) throw changing();
    await store.flush();
    await this.#removeBelow(id, key);
  }

  /** Puts the value, and then removes it too: what reads in between finds the value. None there is fine. @throws as `write` */
  async end(id: string, value: JsonValue): Promise<void> {
    if ((await newestVersion(this.#context.store, this.#folderOf(id))) === 0) return;
    await this.write(id, value);
    await this.removeAll(id);
  }

  /** Removes every record of the snapshot; none there is fine. */
  async removeAll(id: string): Promise<void> {
    await this.#removeBelow(id, `${this.#folderOf(id)}~`);
  }

  async #removeBelow(id: string, key: string): Promise<void> {
    const { store } = this.#context;
    for await (const other of store.list(this.#folderOf(id))) if (other < key) await store.remove(other);
    await store.flush();
  }

  #folderOf(id: string): string {
    return `${this.#prefix}${id}/`;
  }

  #keyOf(id: string, number: number): string {
    return `${this.#folderOf(id)}${String(number).padStart(8, '0')}`;
  }
}

function changing(): AppError {
  return new AppError('CONFLICT', 'Somebody else changes the record at this moment; try again.', { retryable: true });
}
