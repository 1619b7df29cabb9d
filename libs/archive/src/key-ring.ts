import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { CodecKeys } from './frame-codec.ts';
import type { KeySet } from './key-set.ts';
import { newestVersion } from './owner.ts';
import { KEYS } from './format.ts';

/** The key set of an open repository, which another instance may add data keys to at any time. */
export class KeyRing {
  readonly #store: ObjectStore;
  readonly #read: () => Promise<KeySet>;
  readonly #settings: { readonly encrypted: boolean; readonly compressed: boolean };
  readonly #listeners: ((keys: CodecKeys) => void)[] = [];
  #keySet: KeySet;
  #keys: CodecKeys;
  #refreshing: Promise<void> | undefined;

  /** @param read the newest key set of the store, opened */
  constructor(
    store: ObjectStore,
    keySet: KeySet,
    settings: { readonly encrypted: boolean; readonly compressed: boolean },
    read: () => Promise<KeySet>,
  ) {
    this.#store = store;
    this.#read = read;
    this.#settings = settings;
    this.#keySet = keySet;
    this.#keys = codecKeys(keySet, settings);
  }

  get keySet(): KeySet {
    return this.#keySet;
  }

  get keys(): CodecKeys {
    return this.#keys;
  }

  /** Calls back whenever the keys have changed. */
  onChange(listener: (keys: CodecKeys) => void): void {
    this.#listeners.push(listener);
  }

  /** Reads the key set again where the store has a newer one. @throws as `Repository.open` */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Reads the key set from the store, whatever is known. @throws as `Repository.open` */
  reread(): Promise<KeySet> {
    return this.#read();
  }

  /** Makes sure that a data key is known where it exists: a frame may name one that was added since. */
  async expect(dataKeyId: number): Promise<void> {
    const isKnown = (): boolean => this.#keys.dataKeys.some(({ id }) => id === dataKeyId);
    if (!this.#settings.encrypted || isKnown()) return;
    await this.refresh();
    // That one may have begun before the key was added.
    if (!isKnown()) await this.refresh();
  }

  async #refresh(): Promise<void> {
    if ((await newestVersion(this.#store, KEYS.keySets)) <= this.#keySet.version) return;
    this.#keySet = await this.#read();
    this.#keys = codecKeys(this.#keySet, this.#settings);
    for (const listener of this.#listeners) listener(this.#keys);
  }
}

function codecKeys(
  { idKey, authKey, dataKeys, activeDataKey }: KeySet,
  settings: { readonly encrypted: boolean; readonly compressed: boolean },
): CodecKeys {
  return { idKey, authKey, dataKeys, activeDataKey, ...settings };
}
