import { AppError } from '@lucid/core/app-error';
import { newestVersion } from './owner.ts';
import type { RepositoryContext } from './repository-context.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';

/** Why a snapshot must not be removed. Times are RFC 3339; without an end it lasts until it is lifted. */
export interface SnapshotHold {
  readonly reason: string;
  readonly until: string | null;
  readonly heldAt: string;
  readonly heldBy: string;
}

/** `hold: null` lifts those with lower numbers. */
interface HoldRecord {
  id: string;
  hold: SnapshotHold | null;
}

const PREFIX = 'holds/';
const TRIES = 10;

/**
 * Holds on snapshots, kept beside them so that a catalogue which is rebuilt knows them. Objects are never overwritten: each change
 * is `holds/<snapshot>/<number>` with a higher number, the highest counts, and lower ones are removed after it; so there is no
 * moment without the hold while it is changed. A record that cannot be read counts as a hold. Nothing here stops
 * `removeSnapshot`: who removes asks first.
 */
export class SnapshotHolds {
  readonly #context: RepositoryContext;

  constructor(context: RepositoryContext) {
    this.#context = context;
  }

  /** Puts the hold, in place of one that is there. @throws AppError REPOSITORY_OWNED, CONFLICT (others change it at this moment) */
  async put(id: string, hold: SnapshotHold): Promise<void> {
    await this.#write(id, hold);
  }

  /** None there is fine. May be called again. @throws AppError REPOSITORY_OWNED, CONFLICT */
  async lift(id: string): Promise<void> {
    if ((await newestVersion(this.#context.store, folderOf(id))) === 0) return;
    const number = await this.#write(id, null);
    await this.#context.store.remove(keyOf(id, number));
    await this.#context.store.flush();
  }

  /** The hold of a snapshot, also one whose end has passed. */
  async find(id: string): Promise<SnapshotHold | undefined> {
    const { store } = this.#context;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const number = await newestVersion(store, folderOf(id));
      if (number === 0) return undefined;
      const bytes = await store.get(keyOf(id, number));
      // Gone since the listing: a higher number is there, or it was lifted.
      if (bytes) return this.#read(id, keyOf(id, number), bytes);
    }
    throw new AppError('CONFLICT', 'The hold is being changed at this moment; ask again.', { retryable: true });
  }

  /** Every snapshot that has a hold. */
  async list(): Promise<Map<string, SnapshotHold>> {
    const ids = new Set<string>();
    for await (const key of this.#context.store.list(PREFIX)) ids.add(key.split('/')[1] ?? '');
    const holds = new Map<string, SnapshotHold>();
    for (const id of [...ids].sort()) {
      const hold = await this.find(id);
      if (hold) holds.set(id, hold);
    }
    return holds;
  }

  async #write(id: string, hold: SnapshotHold | null): Promise<number> {
    const { store, keys, ownership } = this.#context;
    await ownership.assertOwn();
    const before = await newestVersion(store, folderOf(id));
    const key = keyOf(id, before + 1);
    const record: HoldRecord = { id, hold };
    if (!(await store.putIfAbsent(key, encodeRecord(keys.authKey, key, record as never))))
      throw new AppError('CONFLICT', 'Somebody else changes the hold at this moment; try again.', { retryable: true });
    await store.flush();
    for await (const other of store.list(folderOf(id))) if (other < key) await store.remove(other);
    await store.flush();
    return before + 1;
  }

  #read(id: string, key: string, bytes: Buffer): SnapshotHold | undefined {
    const record = decodeRecord(this.#context.keys.authKey, key, bytes) as HoldRecord | undefined;
    if (record?.id === id) return record.hold ?? undefined;
    return { reason: 'its hold is damaged and cannot be read', until: null, heldAt: '', heldBy: '' };
  }
}

function folderOf(id: string): string {
  return `${PREFIX}${id}/`;
}

function keyOf(id: string, number: number): string {
  return `${folderOf(id)}${String(number).padStart(8, '0')}`;
}
