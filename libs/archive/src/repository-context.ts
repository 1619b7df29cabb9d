import type { Clock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { ChunkStore } from './chunk-store.ts';
import type { ChunkerParams } from './format.ts';
import type { CodecKeys } from './frame-codec.ts';
import { Intents } from './intents.ts';
import type { KeyRing } from './key-ring.ts';
import type { MasterKey } from './master-key.ts';
import { Ownership } from './owner.ts';
import { SignalledStore } from './signalled-store.ts';

/** What the parts of an open repository share. */
export interface RepositoryContext {
  readonly repositoryId: string;
  readonly store: ObjectStore;
  readonly chunks: ChunkStore;
  /** The keys as they are known now; see `ring`. */
  readonly keys: CodecKeys;
  readonly ring: KeyRing;
  /** The configured master key, then earlier ones; none in a plain repository. */
  readonly masterKeys: readonly MasterKey[];
  readonly chunker: ChunkerParams;
  /** Seed of the boundary hashes, from the id key: chunk sizes tell a stranger nothing about known files. */
  readonly seed: number;
  readonly ownership: Ownership;
  readonly intents: Intents;
  readonly clock: Clock;
  /** The same repository, where every call on the store ends with the signal; itself where there is none. */
  under(signal: AbortSignal | undefined): RepositoryContext;
}

type Fixed = Omit<RepositoryContext, 'store' | 'chunks' | 'keys' | 'ownership' | 'intents' | 'under'>;

export function makeContext(
  store: ObjectStore,
  chunks: ChunkStore,
  fixed: Fixed & { readonly clusterId: string },
): RepositoryContext {
  const { ring, clusterId } = fixed;
  const { authKey } = ring.keys;
  const context: RepositoryContext = {
    ...fixed,
    store,
    chunks,
    get keys() {
      return ring.keys;
    },
    ownership: new Ownership(store, authKey, clusterId),
    intents: new Intents(store, authKey),
    under: (signal) => (signal ? makeContext(SignalledStore.of(store, signal), chunks.under(signal), fixed) : context),
  };
  return context;
}
