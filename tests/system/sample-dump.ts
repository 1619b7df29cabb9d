import { importDumpFolder } from '@lucid/clients/mongodb/dump-folder';
import type { MongoClient } from 'mongodb';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';

const DATABASES = ['sample_analytics', 'sample_geospatial', 'sample_mflix'];

/** Loads the sample dump (15,091 documents) into databases whose names begin with `prefix`; their names. */
export async function importSampleDump(client: MongoClient, prefix: string): Promise<string[]> {
  const databases = Object.fromEntries(DATABASES.map((name) => [name, `${prefix}${name}`]));
  await importDumpFolder({ client, folder: repositoryPath('tests', 'fixtures', 'sample_dump'), databases });
  return Object.values(databases);
}
