import type { MongoClient } from 'mongodb';

/** What the operations of a restore say of themselves on the server. */
export function commentOf(restoreId: string): string {
  return `lucid restore ${restoreId}`;
}

/**
 * Ends what the server still does for a restore that nobody waits for any more: index builds above all, and writes that wait for a lock. Those
 * of one user are shown to him whatever his roles are. Nothing there is fine.
 */
export async function killOperations(client: MongoClient, restoreId: string): Promise<void> {
  const admin = client.db('admin');
  const own = [{ $currentOp: {} }, { $match: { 'command.comment': commentOf(restoreId) } }, { $project: { opid: 1 } }];
  for (const { opid } of await admin.aggregate<{ opid: number }>(own, { readPreference: 'primary' }).toArray())
    await admin.command({ killOp: 1, op: opid });
}
