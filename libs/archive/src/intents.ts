import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS, isSnapshotId } from './format.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { CommitRecord, JsonValue } from './snapshot-types.ts';

/** One attempt to write a snapshot, from its beginning to its commit or end: garbage collection waits for it. */
export interface SnapshotAttemptInfo {
  readonly snapshotId: string;
  readonly attempt: string;
  readonly ownerClusterId: string;
  readonly ownerEpoch: number;
  readonly fencingToken: number;
  /** The generation of garbage collection it knows of. */
  readonly generation: number;
  /** ISO 8601 by the clock of the host that wrote it: for people, nothing is decided by it. */
  readonly startedAt: string;
}

/** How an attempt ends. The first of writer and collector to write it decides: so a dead writer can never commit any more. */
export type AttemptEnd = { readonly state: 'commit'; readonly commit: CommitRecord } | { readonly state: 'dead' };

export interface ListedAttempt {
  readonly snapshotId: string;
  readonly attempt: string;
  /** Undefined where the record is damaged, or only an end is left. */
  readonly info: SnapshotAttemptInfo | undefined;
  readonly hasEnd: boolean;
  readonly hasIntent: boolean;
}

/** The objects below `intents/`. Contract: an intent is never written twice (its name is random), so gone is gone for good. */
export class Intents {
  readonly #store: ObjectStore;
  readonly #authKey: Uint8Array;

  constructor(store: ObjectStore, authKey: Uint8Array) {
    this.#store = store;
    this.#authKey = authKey;
  }

  async begin(info: Omit<SnapshotAttemptInfo, 'attempt'>): Promise<SnapshotAttemptInfo> {
    const intent = { ...info, attempt: randomBytes(8).toString('hex') };
    const key = KEYS.intent(info.snapshotId, intent.attempt);
    await this.#store.putIfAbsent(key, encodeRecord(this.#authKey, key, intent));
    await this.#store.flush();
    return intent;
  }

  exists({ snapshotId, attempt }: Pick<ListedAttempt, 'snapshotId' | 'attempt'>): Promise<boolean> {
    return this.#store.stat(KEYS.intent(snapshotId, attempt)).then((stat) => stat !== undefined);
  }

  /** Decides how an attempt ends. @returns the decision that holds: this one, or an earlier one (undefined: unreadable) */
  async decide(
    { snapshotId, attempt }: Pick<ListedAttempt, 'snapshotId' | 'attempt'>,
    end: AttemptEnd,
  ): Promise<AttemptEnd | undefined> {
    const key = KEYS.intentEnd(snapshotId, attempt);
    const isFirst = await this.#store.putIfAbsent(key, encodeRecord(this.#authKey, key, end as unknown as JsonValue));
    if (isFirst) return end;
    const bytes = await this.#store.get(key);
    return bytes && (decodeRecord(this.#authKey, key, bytes) as AttemptEnd | undefined);
  }

  /** Forgets an attempt. The intent goes first and for good: without it an end that comes later has no force. */
  async remove({ snapshotId, attempt }: Pick<ListedAttempt, 'snapshotId' | 'attempt'>): Promise<void> {
    await this.#store.remove(KEYS.intent(snapshotId, attempt));
    await this.#store.flush();
    await this.#store.remove(KEYS.intentEnd(snapshotId, attempt));
  }

  /** Every attempt of one snapshot, or of all. */
  async list(snapshotId?: string): Promise<ListedAttempt[]> {
    const found = new Map<string, { id: string; attempt: string; hasIntent: boolean; hasEnd: boolean }>();
    for await (const key of this.#store.list(snapshotId === undefined ? KEYS.intents : KEYS.intentsOf(snapshotId))) {
      const [, id, attempt, end] = /^intents\/([^/.]+)\.([0-9a-f]{16})(\.end)?$/.exec(key) ?? [];
      if (!id || !attempt || !isSnapshotId(id)) continue;
      const entry = found.get(`${id}/${attempt}`) ?? { id, attempt, hasIntent: false, hasEnd: false };
      found.set(`${id}/${attempt}`, { ...entry, ...(end ? { hasEnd: true } : { hasIntent: true }) });
    }
    const attempts: ListedAttempt[] = [];
    for (const { id, ...entry } of found.values()) {
      const key = KEYS.intent(id, entry.attempt);
      const bytes = entry.hasIntent ? await this.#store.get(key) : undefined;
      const info = bytes && (decodeRecord(this.#authKey, key, bytes) as SnapshotAttemptInfo | undefined);
      // Removed since it was listed: it has ended.
      if (entry.hasIntent && !bytes) continue;
      attempts.push({ ...entry, snapshotId: id, info });
    }
    return attempts;
  }
}
