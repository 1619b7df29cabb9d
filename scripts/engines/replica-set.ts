import { randomBytes } from 'node:crypto';
import { systemClock } from '@lucid/core/clock';
import { type Document, MongoClient } from 'mongodb';

export const REPLICA_SET = 'lucid-rs';

const ROOT_USER = 'lucid_root';
const READY_MS = 60_000;
/** The server's default. The set is born with a short one, or its first election would take ten seconds. */
const ELECTION_TIMEOUT_MS = 10_000;
const FIRST_ELECTION_TIMEOUT_MS = 500;

/** The content of a keyFile: 6 to 1024 characters of the base64 set (MongoDB manual, "keyfile"). */
export function newKey(): string {
  return randomBytes(96).toString('base64url').replace(/[-_]/g, 'x');
}

/**
 * Makes one replica set with a root user out of new members that answer, and waits until all of them are in it. Every
 * member is known under the same `host:port` to the others and to us. Returns its URI. Not to be called twice.
 */
export async function formReplicaSet(
  members: readonly string[],
  key: string,
  signal: AbortSignal,
  name = REPLICA_SET,
): Promise<string> {
  const [first = ''] = members;
  const config = {
    _id: name,
    members: members.map((host, _id) => ({ _id, host })),
    settings: { electionTimeoutMillis: FIRST_ELECTION_TIMEOUT_MS, heartbeatIntervalMillis: 500 },
  };
  await withClient(internalUri(first, key), (client) => client.db('admin').command({ replSetInitiate: config }));
  const password = randomBytes(18).toString('hex');
  await retry('MongoDB has no primary', signal, () => createRoot(members, key, password));
  const uri = `mongodb://${ROOT_USER}:${password}@${members.join(',')}/?replicaSet=${name}&authSource=admin`;
  await withClient(uri, (client) => settle(client, signal));
  return uri;
}

/** Whether the member answers; for a new one, before there are users. */
export async function answersAt(member: string): Promise<boolean> {
  return withClient(directUri(member), async () => true);
}

function directUri(member: string, credentials = '', parameters = ''): string {
  const limits = 'serverSelectionTimeoutMS=1000&connectTimeoutMS=1000';
  return `mongodb://${credentials}${member}/?directConnection=true&${limits}${parameters}`;
}

/**
 * The members' own user, whose password is the keyFile. It works before there is any other, and from outside a container,
 * where the server's exception for localhost does not.
 */
function internalUri(member: string, key: string): string {
  const parameters = '&authSource=local&authMechanism=SCRAM-SHA-256';
  return directUri(member, `__system:${encodeURIComponent(key)}@`, parameters);
}

async function createRoot(members: readonly string[], key: string, password: string): Promise<boolean> {
  for (const member of members) {
    const isDone = await withClient(internalUri(member, key), async (client) => {
      const admin = client.db('admin');
      const { isWritablePrimary } = await admin.command({ hello: 1 });
      if (!isWritablePrimary) return false;
      // No role with every action: who may advance the cluster's clock is told times without a signature, and MongoDB Tools send
      // them on with the log-on of their next connection, where a server may refuse them (KeyNotFound).
      const user = { createUser: ROOT_USER, pwd: password, roles: ['root'], mechanisms: ['SCRAM-SHA-256'] };
      await admin.command({ ...user, writeConcern: { w: 'majority' } });
      return true;
    });
    if (isDone) return true;
  }
  return false;
}

/** Waits for all members and gives the set the election time-out it keeps. */
async function settle(client: MongoClient, signal: AbortSignal): Promise<void> {
  const admin = client.db('admin');
  await retry('not every member of the replica set is up', signal, async () => {
    const { members } = await admin.command({ replSetGetStatus: 1 });
    return (members as Document[]).every(({ stateStr }) => stateStr === 'PRIMARY' || stateStr === 'SECONDARY');
  });
  await retry('the replica set cannot be configured', signal, async () => {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    config.version += 1;
    config.settings = { ...config.settings, electionTimeoutMillis: ELECTION_TIMEOUT_MS, heartbeatIntervalMillis: 2000 };
    await admin.command({ replSetReconfig: config });
    return true;
  });
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.close();
  }
}

async function retry(what: string, signal: AbortSignal, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = systemClock.monotonicMs() + READY_MS;
  let last: unknown;
  while (systemClock.monotonicMs() < deadline) {
    try {
      if (await attempt()) return;
    } catch (error) {
      last = error;
    }
    await systemClock.sleep(100, signal);
  }
  throw new Error(`${what} after ${READY_MS} ms`, { cause: last });
}
