import { type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { toMongoAppError } from '../errors.ts';
import { canonical, ChangeLog, type InitializationReport } from './change.ts';

const ALREADY_EXISTS = new Set([51002, 51003]);

/** Names of the roles that the suite makes, in the database `admin`. */
export function suiteRoles(prefix = 'lucid') {
  return { application: `${prefix}Application`, backup: `${prefix}Backup`, restore: `${prefix}Restore` };
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface EnsureRolesOptions {
  readonly database: string;
  readonly controlDatabase: string;
  /** The user of the services. */
  readonly application: Credentials;
  /** The user that reads everything and the oplog; none is made when left out. */
  readonly backup?: Credentials;
  /** The user that a restore runs as; none is made when left out. */
  readonly restore?: Credentials;
  /** Gives existing users the passwords above; without it theirs stay. */
  readonly resetPasswords?: boolean;
  /** `lucid` when left out: roles are named `lucidApplication`, `lucidBackup`, `lucidRestore`. */
  readonly rolePrefix?: string;
  readonly dryRun?: boolean;
  readonly log?: (line: string) => void;
}

interface RoleDefinition {
  readonly name: string;
  readonly privileges: Document[];
  readonly roles: Document[];
}

/**
 * Makes the roles and users of the suite with the least they need. May run twice. Passwords go to the server and nowhere else.
 * `admin` has to be a client that may manage users (root, or userAdminAnyDatabase).
 * @throws AppError MONGODB_UNAVAILABLE, ENGINE_UNSUITABLE (the admin client lacks the right)
 */
export async function ensureRoles(admin: MongoClient, options: EnsureRolesOptions): Promise<InitializationReport> {
  const log = new ChangeLog(options.dryRun ?? false, options.log);
  const db = admin.db('admin');
  const { application, backup, restore, resetPasswords = false } = options;
  const names = suiteRoles(options.rolePrefix);
  const users: [Credentials | undefined, string][] = [
    [application, names.application],
    [backup, names.backup],
    [restore, names.restore],
  ];
  try {
    for (const role of roleDefinitions(options)) await ensureRole(db, role, log);
    for (const [user, role] of users) if (user) await ensureUser(db, user, role, { log, resetPasswords });
    return log.finish();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

/** Rights by name: https://www.mongodb.com/docs/manual/reference/privilege-actions/ */
function roleDefinitions({ database, controlDatabase, rolePrefix }: EnsureRolesOptions): RoleDefinition[] {
  const names = suiteRoles(rolePrefix);
  const own = [...new Set([database, controlDatabase])].flatMap((db) => [
    { role: 'readWrite', db },
    { role: 'dbAdmin', db },
  ]);
  return [
    {
      name: names.application,
      // For storage-api to add and remove members, to let the primary step down and to end an operation, when an admin asks for it.
      privileges: [{ resource: { cluster: true }, actions: ['replSetConfigure', 'replSetStateChange', 'killop'] }],
      roles: [...own, { role: 'clusterMonitor', db: 'admin' }],
    },
    {
      name: names.backup,
      privileges: [
        { resource: { db: 'local', collection: 'oplog.rs' }, actions: ['find'] },
        { resource: { db: 'config', collection: 'transactions' }, actions: ['find'] },
        // backup-service keeps its own records while a restore holds the writes of users; whoever may write nothing gains nothing by it.
        { resource: { cluster: true }, actions: ['bypassWriteBlockingMode'] },
      ],
      roles: [
        { role: 'backup', db: 'admin' },
        { role: 'clusterMonitor', db: 'admin' },
      ],
    },
    {
      name: names.restore,
      // By MongoDB's manual applyOps asks for every action on every resource; the other two let it write while users may not.
      privileges: [
        { resource: { anyResource: true }, actions: ['anyAction'] },
        { resource: { cluster: true }, actions: ['bypassWriteBlockingMode', 'setUserWriteBlockMode'] },
      ],
      roles: [{ role: 'restore', db: 'admin' }],
    },
  ];
}

async function ensureRole(db: Db, role: RoleDefinition, log: ChangeLog): Promise<void> {
  const { roles } = (await db.command({ rolesInfo: { role: role.name, db: 'admin' }, showPrivileges: true })) as {
    roles: { privileges: Document[]; roles: Document[] }[];
  };
  const { privileges } = role;
  const target = `role ${role.name}`;
  const [present] = roles;
  if (!present) {
    return log.change({ target, action: 'create', detail: '' }, () =>
      once(() => db.command({ createRole: role.name, privileges, roles: role.roles })),
    );
  }
  if (rightsText(present) === rightsText(role)) return;
  await log.change({ target, action: 'change', detail: '' }, () =>
    db.command({ updateRole: role.name, privileges, roles: role.roles }),
  );
}

async function ensureUser(
  db: Db,
  { username, password }: Credentials,
  role: string,
  { log, resetPasswords }: { log: ChangeLog; resetPasswords: boolean },
): Promise<void> {
  const roles = [{ role, db: 'admin' }];
  const { users } = (await db.command({ usersInfo: { user: username, db: 'admin' } })) as {
    users: { roles: { role: string; db: string }[] }[];
  };
  const target = `user ${username}`;
  const [present] = users;
  if (!present) {
    const create = { createUser: username, pwd: password, roles, mechanisms: ['SCRAM-SHA-256'] };
    return log.change({ target, action: 'create', detail: role }, () => once(() => db.command(create)));
  }
  if (!present.roles.some((has) => has.role === role && has.db === 'admin')) {
    await log.change({ target, action: 'grant to', detail: role }, () =>
      db.command({ grantRolesToUser: username, roles }),
    );
  }
  if (resetPasswords) {
    await log.change({ target, action: 'set password of', detail: '' }, () =>
      db.command({ updateUser: username, pwd: password, mechanisms: ['SCRAM-SHA-256'] }),
    );
  }
}

/** Another initializer may have made it between the look and the deed. */
async function once(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof MongoServerError && ALREADY_EXISTS.has(Number(error.code)))) throw error;
  }
}

/** The order in which the server lists rights means nothing. */
function rightsText({ privileges, roles }: { privileges: Document[]; roles: Document[] }): string {
  const rights = privileges
    .map((one) => canonical({ ...one, actions: [...(one['actions'] as string[])].sort() }))
    .sort();
  return canonical({ rights, roles: roles.map((one) => canonical({ role: one['role'], db: one['db'] })).sort() });
}
