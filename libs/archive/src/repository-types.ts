import type { Clock } from '@lucid/core/clock';
import type { ChunkerParams } from './format.ts';
import type { MasterKey } from './master-key.ts';

export type Encryption = 'aes-256-gcm' | 'none';
export type Compression = 'zstd' | 'none';

export interface OpenOptions {
  /** Undefined for a plain repository. */
  readonly masterKey?: MasterKey;
  /** Earlier master keys, which still open the repository. */
  readonly previousKeys?: readonly MasterKey[];
  /** The cluster that wants to write. A repository of another cluster can be read, and written only after `takeOver`. */
  readonly clusterId: string;
  readonly clock?: Clock;
  /** Threads that compress and encrypt (2); 0 does it in the caller's thread. */
  readonly workers?: number;
}

export interface CreateOptions extends OpenOptions {
  readonly encryption: Encryption;
  readonly compression: Compression;
  /** Fixed for the life of the repository (512 KiB, 2 MiB, 8 MiB; packs 512 KiB). */
  readonly chunker?: ChunkerParams;
}

export interface RepositoryOwner {
  readonly clusterId: string;
  /** Grows by one with every take-over. */
  readonly epoch: number;
}
