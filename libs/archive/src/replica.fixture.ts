import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';

export const REPLICA_OPTIONS: CreateOptions = {
  clusterId: 'a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  workers: 1,
  masterKey: parseMasterKey(randomBytes(32).toString('base64')),
};

/** A repository and a replica of it, in the folders `source` and `replica` of a folder that `close` removes. */
export interface RepositoryPair {
  readonly folder: string;
  readonly source: Repository;
  readonly replica: Repository;
  close(): Promise<void>;
}

export async function createRepositoryPair(): Promise<RepositoryPair> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-pair-'));
  const open = (name: string): Promise<FileObjectStore> => FileObjectStore.open(join(folder, name));
  const source = await Repository.create(await open('source'), REPLICA_OPTIONS);
  const replica = await Repository.createReplica(await open('replica'), source, REPLICA_OPTIONS);
  return {
    ...{ folder, source, replica },
    async close() {
      await source.close();
      await replica.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
