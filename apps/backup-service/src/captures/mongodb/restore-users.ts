import type { Document, MongoClient } from 'mongodb';

const TEMPORARY_USERS = 'lucid_restore_users';
const TEMPORARY_ROLES = 'lucid_restore_roles';

/** A user as MongoDB knows it: by name and by the database that authenticates it. */
export interface UserName {
  readonly user: string;
  readonly db: string;
}

/**
 * Adds and updates users and roles from documents of `admin.system.users` and `admin.system.roles`, as mongorestore does it
 * (`_mergeAuthzCollections`, role `restore`). Those that the backup does not have stay; the user that runs the restore is
 * left as it is, and so are the service's others: on a new cluster they may have other passwords, and it must not lock itself out.
 * May be done again. @param kept the service's other users
 */
export async function restoreUsersAndRoles(
  client: MongoClient,
  users: readonly Document[],
  roles: readonly Document[],
  kept: readonly UserName[] = [],
): Promise<void> {
  const admin = client.db('admin');
  const { authInfo } = await admin.command({ connectionStatus: 1 });
  const own = [...(authInfo as { authenticatedUsers: UserName[] }).authenticatedUsers, ...kept];
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
