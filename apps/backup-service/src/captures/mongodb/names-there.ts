import { listAll } from '@lucid/clients/mongodb/wire/command-cursor';
import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import type { NamesThere } from '@lucid/service-kit/backups/backup-scope';

/**
 * What the primary has, as far as a backup's request names it; undefined where it names no database, and for a sharded cluster, whose shards are
 * read one by one. @throws AppError MONGODB_UNAVAILABLE, TIMEOUT
 */
export async function namesThere(
  topology: Topology,
  { database, collections }: Pick<BackupCreatePayload, 'database' | 'collections'>,
): Promise<NamesThere | undefined> {
  if (database === undefined || (await topology.shards())) return undefined;
  const primary = await topology.connectPrimary();
  try {
    const { databases } = await primary.command('admin', { listDatabases: 1, nameOnly: true });
    const listed = collections ? await listAll(primary, database, { listCollections: 1, nameOnly: true }) : [];
    return {
      databases: (databases as { name: string }[]).map(({ name }) => name),
      collections: listed.map(({ name }) => String(name)),
    };
  } finally {
    primary.close();
  }
}
