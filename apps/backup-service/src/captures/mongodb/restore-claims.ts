import { AppError } from '@lucid/core/app-error';
import type { MongoClient } from 'mongodb';
import { dropIfThere, uuidOf } from './restore-collections.ts';
import type { DirectClaim, RestoreJournal } from './restore-journal.ts';
import { parseNamespace } from './restore-names.ts';

/**
 * Is what stands under a claimed name the restore's own to drop: what it made, what it was told to replace, or nothing? Somebody may have
 * made another one of that name while the restore was interrupted. Before its UUID is noted, what it made is empty.
 */
export async function isFreeToDrop(client: MongoClient, claim: DirectClaim): Promise<boolean> {
  const namespace = parseNamespace(claim.target);
  const uuid = await uuidOf(client, namespace);
  if (uuid === undefined || uuid === claim.previous) return true;
  if (claim.made !== undefined) return uuid === claim.made;
  const first = await client
    .db(namespace.database)
    .collection(namespace.collection)
    .findOne({}, { projection: { _id: 1 } });
  return first === null;
}

/**
 * Drops what stands under a claimed name, before it is made anew.
 * @throws AppError RESTORE_CONFLICT where that is not the restore's own
 */
export async function clearClaimed(
  { client, journal, restoreId }: { client: MongoClient; journal: RestoreJournal; restoreId: string },
  number: number,
): Promise<void> {
  const claim = (await journal.find(restoreId))?.claims[number];
  if (!claim) return;
  if (!(await isFreeToDrop(client, claim))) {
    const detail = `${claim.target} was made by somebody while the restore was interrupted: restore to another target.`;
    throw new AppError('RESTORE_CONFLICT', detail);
  }
  await dropIfThere(client, parseNamespace(claim.target));
  // Not before: what was made by the last run would be taken for somebody else's.
  await journal.forgetMade(restoreId, number);
}
