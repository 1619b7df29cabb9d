import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { DEFAULT_CHUNKER, FORMAT_VERSION, KEYS, type ChunkerParams } from './format.ts';
import { decodeKeySet, encodeKeySet, newKeySet, type KeySet } from './key-set.ts';
import type { MasterKey } from './master-key.ts';
import { Ownership, newestVersion } from './owner.ts';
import type { Compression, CreateOptions, Encryption, OpenOptions } from './repository-types.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { JsonValue } from './snapshot-types.ts';

/** What is fixed when a repository is made: the content of `config`. */
export interface Settings {
  readonly format: number;
  readonly id: string;
  readonly encryption: Encryption;
  readonly compression: Compression;
  readonly chunker: ChunkerParams;
  readonly createdAt: string;
}

export interface Opened {
  readonly settings: Settings;
  readonly keySet: KeySet;
}

/** Reads and authenticates key set and settings. @throws as `Repository.open` */
export async function readSettings(store: ObjectStore, options: OpenOptions): Promise<Opened> {
  const [bytes, keySet] = [await store.get(KEYS.config), await readKeySet(store, options)];
  if (!bytes || !keySet) {
    if (bytes) throw new AppError('REPOSITORY_CORRUPT', 'The repository has no key set.');
    throw new AppError('REPOSITORY_NOT_FOUND', 'There is no repository at the configured path.');
  }
  const settings = decodeRecord(keySet.authKey, KEYS.config, bytes) as Settings | undefined;
  if (!settings || settings.id !== keySet.repositoryId) {
    throw new AppError('REPOSITORY_CORRUPT', 'The settings of the repository are damaged, or belong to another one.');
  }
  if (settings.format !== FORMAT_VERSION) {
    throw new AppError(
      'REPOSITORY_FORMAT',
      `The repository has format ${settings.format}; this version reads ${FORMAT_VERSION}.`,
    );
  }
  return { settings, keySet };
}

/** Writes key set, owner and settings in this order: a repository exists from its `config` on. @throws as `Repository.create` */
export async function createSettings(store: ObjectStore, options: CreateOptions): Promise<Opened> {
  const keySet = newKeySet(options.encryption !== 'none');
  return writeSettings(store, options, keySet);
}

/** As `createSettings`, with keys that exist already where the store has none yet. */
export async function writeSettings(store: ObjectStore, options: CreateOptions, wanted: KeySet): Promise<Opened> {
  assertOptions(options);
  if (await store.stat(KEYS.config)) throw exists();
  if ((await newestVersion(store, KEYS.keySets)) === 0) {
    await store.putIfAbsent(KEYS.keySet(1), encodeKeySet({ ...wanted, version: 1 }, options.masterKey));
  }
  const keySet = await readKeySet(store, options);
  if (!keySet) throw new AppError('REPOSITORY_CORRUPT', 'The key set cannot be read back.');
  const ownership = new Ownership(store, keySet.authKey, options.clusterId);
  if ((await newestVersion(store, KEYS.owners)) === 0) await ownership.claim(0);
  await ownership.assertOwn();
  const settings: Settings = {
    format: FORMAT_VERSION,
    id: keySet.repositoryId,
    encryption: options.encryption,
    compression: options.compression,
    chunker: options.chunker ?? DEFAULT_CHUNKER,
    createdAt: (options.clock ?? systemClock).now().toISOString(),
  };
  const isNew = await store.putIfAbsent(
    KEYS.config,
    encodeRecord(keySet.authKey, KEYS.config, settings as unknown as JsonValue),
  );
  await store.flush();
  if (!isNew) throw exists();
  return { settings, keySet };
}

/** The newest key set, opened; undefined where there is none. @throws as `Repository.open` */
export async function readKeySet(store: ObjectStore, options: OpenOptions): Promise<KeySet | undefined> {
  let version = await newestVersion(store, KEYS.keySets);
  for (;;) {
    const bytes = version === 0 ? undefined : await store.get(KEYS.keySet(version));
    if (bytes) return decodeKeySet(bytes, version, masterKeys(options));
    // An older version is removed once a newer one is there.
    const newest = await newestVersion(store, KEYS.keySets);
    if (newest <= version) return undefined;
    version = newest;
  }
}

export function masterKeys({ masterKey, previousKeys = [] }: OpenOptions): MasterKey[] {
  return masterKey ? [masterKey, ...previousKeys] : [];
}

function exists(): AppError {
  return new AppError('CONFLICT', 'There is a repository at this path already.');
}

function assertOptions({ encryption, masterKey, chunker = DEFAULT_CHUNKER }: CreateOptions): void {
  if (encryption !== 'none' && !masterKey) {
    throw new AppError('CONFIG_INVALID', 'An encrypted repository needs BACKUP_MASTER_KEY: 32 bytes as base64 or hex.');
  }
  if (encryption === 'none' && masterKey) {
    throw new AppError('CONFIG_INVALID', 'A plain repository takes no master key.');
  }
  const { packBytes, minBytes, averageBytes, maxBytes } = chunker;
  if (!(
    packBytes >= 1 &&
    packBytes <= minBytes &&
    minBytes < averageBytes &&
    averageBytes < maxBytes &&
    minBytes >= 64
  )) {
    throw new RangeError('chunker: packBytes ≤ minBytes < averageBytes < maxBytes');
  }
}
