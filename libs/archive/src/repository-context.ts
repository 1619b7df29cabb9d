import type { Clock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { ChunkStore } from './chunk-store.ts';
import type { ChunkerParams } from './format.ts';
import type { CodecKeys } from './frame-codec.ts';
import type { Intents } from './intents.ts';
import type { KeyRing } from './key-ring.ts';
import type { MasterKey } from './master-key.ts';
import type { Ownership } from './owner.ts';

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
}
