import { randomBytes, randomInt } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS } from './format.ts';
import { decodeKeySet, encodeKeySet, masterKeyIdOf, type KeySet } from './key-set.ts';
import type { MasterKey } from './master-key.ts';
import { newestVersion } from './owner.ts';
import type { RepositoryContext } from './repository-context.ts';

export interface RotatedDataKey {
  /** The data key that encrypts from now on. */
  readonly dataKeyId: number;
  readonly keySetVersion: number;
}

export interface RewrappedMasterKey {
  readonly masterKeyId: string;
  readonly keySetVersion: number;
  /** False where the key set was wrapped by this master key already. */
  readonly isNew: boolean;
  /** Older versions of the key set that were removed: what they were wrapped with opens nothing any more. */
  readonly removedVersions: number;
}

/** Largest id of a data key: 32 bits in a frame's header. */
const DATA_KEY_IDS = 2 ** 32;

/**
 * Adds a data key, which encrypts what is stored from now on; the earlier ones stay and decrypt.
 * @throws AppError CONFLICT (plain repository, or the key set was changed at the same time), REPOSITORY_OWNED
 */
export async function rotateDataKey(context: RepositoryContext): Promise<RotatedDataKey> {
  const { ring, ownership } = context;
  await ownership.assertOwn();
  await ring.refresh();
  const { keySet } = ring;
  if (!ring.keys.encrypted) throw new AppError('CONFLICT', 'A plain repository has no data keys.');
  const id = newDataKeyId(keySet);
  const dataKeys = [...keySet.dataKeys, { id, key: new Uint8Array(randomBytes(32)) }];
  const version = await addKeySet(context, { ...keySet, dataKeys, activeDataKey: id });
  return { dataKeyId: id, keySetVersion: version };
}

/** Random, so that a source and its replica that both rotate never give one id to two keys. */
function newDataKeyId({ dataKeys }: KeySet): number {
  for (;;) {
    const id = randomInt(1, DATA_KEY_IDS);
    if (!dataKeys.some((key) => key.id === id)) return id;
  }
}

/**
 * Writes the next version of the key set, reads it back and goes on with it. @returns its version
 * @throws AppError CONFLICT where another wrote it at the same time
 */
export async function addKeySet({ store, ring, masterKeys }: RepositoryContext, keySet: KeySet): Promise<number> {
  const version = ring.keySet.version + 1;
  const [master] = masterKeys;
  const isFirst = await store.putIfAbsent(KEYS.keySet(version), encodeKeySet({ ...keySet, version }, master));
  await store.flush();
  if (!isFirst) throw new AppError('CONFLICT', 'The keys of the repository were changed at the same time.');
  await ring.refresh();
  return version;
}

/**
 * Wraps the key set by the first master key of the options, where it is wrapped by an earlier one; no data is touched. Older
 * versions are removed only after the new one was read back and opened with the new key alone, so a kill anywhere leaves a
 * repository that opens with the new key and, before the newest version was written, the old one. May be called again.
 * @throws AppError CONFLICT (plain repository, or changed at the same time), REPOSITORY_OWNED, REPOSITORY_CORRUPT
 */
export async function rewrapMasterKey(context: RepositoryContext): Promise<RewrappedMasterKey> {
  const { store, ring, ownership, masterKeys } = context;
  await ownership.assertOwn();
  const [master] = masterKeys;
  if (!master) throw new AppError('CONFLICT', 'A plain repository has no master key.');
  await ring.refresh();
  const isNew = (await wrappedBy(store, ring.keySet.version)) !== master.id;
  if (isNew) await addKeySet(context, ring.keySet);
  const { version } = ring.keySet;
  await assertOpens(store, version, master);
  let removedVersions = 0;
  for await (const key of store.list(KEYS.keySets)) {
    const number = Number(key.slice(KEYS.keySets.length));
    if (!(number < version)) continue;
    await store.remove(key);
    removedVersions++;
  }
  await store.flush();
  return { masterKeyId: master.id, keySetVersion: version, isNew, removedVersions };
}

async function wrappedBy(store: ObjectStore, version: number): Promise<string | null | undefined> {
  const bytes = await store.get(KEYS.keySet(version));
  return bytes && masterKeyIdOf(bytes);
}

async function assertOpens(store: ObjectStore, version: number, master: MasterKey): Promise<void> {
  const newest = await newestVersion(store, KEYS.keySets);
  const bytes = await store.get(KEYS.keySet(version));
  if (newest !== version || !bytes)
    throw new AppError('CONFLICT', 'The keys of the repository were changed at the same time.');
  decodeKeySet(bytes, version, [master]);
}
