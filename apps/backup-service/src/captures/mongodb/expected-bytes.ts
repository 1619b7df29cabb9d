import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import type { CatalogueCollection } from './catalogue.ts';

/** Up to so many collections are asked for their own sizes; beyond, their databases are. */
const MOST_ASKED = 200;

/**
 * About how many bytes reading these collections will take, by the server's own statistics (`collStats.size`, `dbStats.dataSize`):
 * for progress only. Null where the server does not tell.
 */
export async function expectedBytes(
  connection: WireConnection,
  collections: readonly CatalogueCollection[],
  signal: AbortSignal,
): Promise<number | null> {
  const databases = [...new Set(collections.map(({ database }) => database))];
  const questions =
    collections.length <= MOST_ASKED
      ? collections.map(({ database, collection }) => ({ database, command: { collStats: collection }, field: 'size' }))
      : databases.map((database) => ({ database, command: { dbStats: 1 }, field: 'dataSize' }));
  let bytes = 0;
  try {
    for (const { database, command, field } of questions) {
      bytes += Number((await connection.command(database, command, { signal }))[field] ?? 0);
    }
  } catch {
    signal.throwIfAborted();
    return null; // a collection that is gone, or a user without the right: the backup does not need it
  }
  return bytes;
}
