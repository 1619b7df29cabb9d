import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMasterKey } from '@lucid/archive/master-key';
import { Repository } from '@lucid/archive/repository';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { eventually } from '@lucid/testing/eventually';
import type { MongoClient } from 'mongodb';
import type { JobAnswer, RestClient } from '../../scripts/services/rest-client.ts';
import type { Suite } from './suite.ts';

export interface Job extends JobAnswer {
  interruptions: number;
  attempts: number;
  revision: number;
}

export interface Backup {
  id: string;
  jobId: string;
  plainBytes: number;
  storedBytes: number;
  newChunks: number;
  documents: number;
}

const FINAL = ['succeeded', 'degraded', 'failed', 'cancelled'];

/** The job once it has ended, however it ended. */
export function endOf(api: RestClient, id: string, timeoutMs = 240_000): Promise<Job> {
  const ask = async (): Promise<Job | undefined> => {
    const job = await api.get<Job>(`/api/v1/jobs/${id}`);
    return FINAL.includes(job.state) ? job : undefined;
  };
  return eventually(`the end of ${id}`, ask, { timeoutMs, intervalMs: 100 });
}

/** What ended as it should, or an error with the job's own. */
export function succeeded(job: Job): Job {
  if (job.state === 'succeeded') return job;
  throw new Error(`${job.id} is ${job.state}: ${job.error?.code} ${job.error?.detail}`);
}

export async function runBackup(suite: Suite, body: object): Promise<Backup> {
  const { id } = await suite.api.post<Job>('/api/v1/backups/create', body);
  const { result } = succeeded(await endOf(suite.api, id));
  return suite.api.get<Backup>(`/api/v1/backups/${String(result?.['backupId'])}`);
}

/** A restore to its end, however it ended. */
export async function runRestore(suite: Suite, backupId: string, body: object): Promise<Job> {
  const { id } = await suite.api.post<Job>(`/api/v1/backups/${backupId}/restore`, body);
  return endOf(suite.api, id);
}

export async function listBackups(suite: Suite): Promise<Backup[]> {
  return (await suite.api.get<{ items: Backup[] }>('/api/v1/backups')).items;
}

export function repositoryFolder(suite: Suite): string {
  return suite.env['BACKUP_STORAGE_PATH'] as string;
}

/** Paths of all objects below a folder of the repository; temporary files are none. */
export async function objectsOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A committed backup, read from the repository itself as a disaster recovery would. */
export async function withSnapshot<T>(
  suite: Suite,
  backupId: string,
  read: (snapshot: SnapshotReader) => Promise<T>,
): Promise<T> {
  const store = await FileObjectStore.open(repositoryFolder(suite));
  const masterKey = parseMasterKey(suite.env['BACKUP_MASTER_KEY'] as string);
  const repository = await Repository.open(store, { masterKey, clusterId: 'a-reader', workers: 1 });
  try {
    return await read(await repository.readSnapshot(backupId));
  } finally {
    await repository.close();
  }
}

/** Ids of the snapshots that the repository itself holds as committed. */
export async function committedSnapshots(folder: string): Promise<string[]> {
  const objects = await objectsOf(join(folder, 'snapshots'));
  return objects.filter((path) => path.endsWith('/COMMIT')).map((path) => path.split('/').at(-2) as string);
}

/** Names of every collection of a database, staging ones too. */
export async function collectionNames(mongo: MongoClient, database: string): Promise<string[]> {
  const found = await mongo.db(database).listCollections({}, { nameOnly: true }).toArray();
  return found.map(({ name }) => name).sort();
}

/** The server's own hash of each collection: equal hashes mean equal documents, byte by byte. */
export async function hashesOf(mongo: MongoClient, database: string): Promise<Record<string, string>> {
  const { collections } = await mongo.db(database).command({ dbHash: 1 }, { readPreference: 'primary' });
  return collections as Record<string, string>;
}

/** Returns once the backup that runs has stored so many chunks: it is in its middle then. */
export async function chunksStored(folder: string, count: number): Promise<void> {
  const ask = async (): Promise<boolean> => (await objectsOf(join(folder, 'chunks'))).length >= count;
  await eventually(`${count} chunks in the repository`, ask, { intervalMs: 5 });
}

/** Returns once the restore that runs has put documents under a staging name. */
export async function stagingFilled(mongo: MongoClient, database: string): Promise<void> {
  const ask = async (): Promise<boolean> => {
    const [staged] = (await collectionNames(mongo, database)).filter((name) => name.startsWith('__restore_'));
    return staged !== undefined && (await mongo.db(database).collection(staged).estimatedDocumentCount()) > 0;
  };
  await eventually('documents under a staging name', ask, { intervalMs: 5 });
}
