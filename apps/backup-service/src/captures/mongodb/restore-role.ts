import type { MongoClient } from 'mongodb';

export const RESTORE_ROLE = 'lucidRestore';

/**
 * The role of the user that restores, made in `admin` by the set-up and given to nobody else. `applyOps` asks for every action on
 * every resource (https://www.mongodb.com/docs/manual/reference/command/applyOps/); that covers the rest as well: raw writes to
 * `system.buckets.*`, past validators, `setUserWriteBlockMode` and writing under it, and merging users and roles.
 */
export const RESTORE_PRIVILEGES = [{ resource: { anyResource: true }, actions: ['anyAction'] }];

/** Makes the role, or sets it to what it should be. May be called again. */
export async function ensureRestoreRole(client: MongoClient, name = RESTORE_ROLE): Promise<void> {
  const admin = client.db('admin');
  const { roles } = await admin.command({ rolesInfo: name });
  const verb = (roles as unknown[]).length > 0 ? 'updateRole' : 'createRole';
  await admin.command({ [verb]: name, privileges: RESTORE_PRIVILEGES, roles: [] });
}
