import { importDumpFolder } from '@lucid/clients/mongodb/dump-folder';
import { MongoClient } from 'mongodb';
import { repositoryPath } from '../engines/repository-path.ts';
import { waitForJob, type RestClient } from '../services/rest-client.ts';

type Say = (line: string) => void;

interface BackupAnswer {
  id: string;
  plainBytes: number;
  storedBytes: number;
  documents: number;
}

const RESTORED = '_restored';

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Loads the dump that the repository carries; the databases it went into. */
export async function loadDemoData(uri: string, say: Say): Promise<string[]> {
  const client = await MongoClient.connect(uri);
  try {
    const folder = repositoryPath('tests', 'fixtures', 'sample_dump');
    const { collections } = await importDumpFolder({ client, folder, drop: true });
    const documents = collections.reduce((sum, collection) => sum + collection.documents, 0);
    const databases = [...new Set(collections.map(({ database }) => database))];
    say(`${documents} documents in ${collections.length} collections of ${databases.join(', ')}`);
    return databases;
  } finally {
    await client.close();
  }
}

/** The server's own hash of each collection of a database, over its documents in the order of `_id`. */
async function hashesOf(client: MongoClient, database: string): Promise<Record<string, string>> {
  const answer = await client.db(database).command({ dbHash: 1 });
  return answer['collections'] as Record<string, string>;
}

/** Takes one backup of everything through REST, restores each demo database beside its original, and compares the two. */
export async function proveBackup(api: RestClient, uri: string, databases: readonly string[], say: Say): Promise<void> {
  const asked = await api.post<{ id: string }>('/api/v1/backups/create', { label: 'demo' });
  const ended = await waitForJob(api, asked.id);
  const backup = await api.get<BackupAnswer>(`/api/v1/backups/${String(ended.result?.['backupId'])}`);
  const { id, documents, plainBytes, storedBytes } = backup;
  say(
    `backup ${id}: ${documents} documents, ${megabytes(plainBytes)}, encrypted and stored in ${megabytes(storedBytes)}`,
  );
  const client = await MongoClient.connect(uri);
  try {
    for (const database of databases) {
      const target = `${database}${RESTORED}`;
      const request = { namespaces: [`${database}.*`], targetDatabase: target };
      const restore = await api.post<{ id: string }>(`/api/v1/backups/${id}/restore`, request);
      await waitForJob(api, restore.id);
      const [original, restored] = [await hashesOf(client, database), await hashesOf(client, target)];
      if (JSON.stringify(original) !== JSON.stringify(restored)) {
        throw new Error(`${target} differs from ${database}: the backup did not come back`);
      }
      say(
        `restored ${database} as ${target}: ${Object.keys(restored).length} collections, each with the hash of its original`,
      );
    }
  } finally {
    await client.close();
  }
}
