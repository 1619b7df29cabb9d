import type { Clock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { ChunkStore } from './chunk-store.ts';
import type { ChunkerParams } from './format.ts';
import type { CodecKeys } from './frame-codec.ts';
import type { Ownership } from './owner.ts';

/** What the parts of an open repository share. */
export interface RepositoryContext {
  readonly repositoryId: string;
  readonly store: ObjectStore;
  readonly chunks: ChunkStore;
  readonly keys: CodecKeys;
  readonly chunker: ChunkerParams;
  /** Seed of the boundary hashes, from the id key: chunk sizes tell a stranger nothing about known files. */
  readonly seed: number;
  readonly ownership: Ownership;
  readonly clock: Clock;
}
