import type { Document, MongoClient } from 'mongodb';

const TEMPORARY_USERS = 'lucid_restore_users';
const TEMPORARY_ROLES = 'lucid_restore_roles';

/**
 * Adds and updates users and roles from documents of `admin.system.users` and `admin.system.roles`, as mongorestore does it
 * (`_mergeAuthzCollections`, role `restore`). Those that the backup does not have stay; the user that runs the restore is
 * left as it is. May be done again.
 */
export async function restoreUsersAndRoles(
  client: MongoClient,
  users: readonly Document[],
  roles: readonly Document[],
): Promise<void> {
  const admin = client.db('admin');
  const { authInfo } = await admin.command({ connectionStatus: 1 });
  const own = (authInfo as { authenticatedUsers: { user: string; db: string }[] }).authenticatedUsers;
  const isOwn = ({ user, db }: Document): boolean => own.some((one) => one.user === user && one.db === db);
  const others = users.filter((user) => !isOwn(user));
  if (others.length === 0 && roles.length === 0) return;
  const temporary = [TEMPORARY_USERS, TEMPORARY_ROLES];
  for (const name of temporary) await admin.dropCollection(name);
  try {
    if (others.length > 0) await admin.collection(TEMPORARY_USERS).insertMany([...others]);
    if (roles.length > 0) await admin.collection(TEMPORARY_ROLES).insertMany([...roles]);
    await admin.command({
      _mergeAuthzCollections: 1,
      ...(others.length > 0 && { tempUsersCollection: `admin.${TEMPORARY_USERS}` }),
      ...(roles.length > 0 && { tempRolesCollection: `admin.${TEMPORARY_ROLES}` }),
      db: '',
      drop: false,
    });
  } finally {
    for (const name of temporary) await admin.dropCollection(name);
  }
}
