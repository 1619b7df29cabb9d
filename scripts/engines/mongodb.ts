import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { systemClock } from '@lucid/core/clock';
import { type Document, MongoClient } from 'mongodb';
import { freePorts } from './free-ports.ts';
import type { StartedEngine } from './started-engine.ts';
import type { Scratch } from './scratch.ts';

const REPLICA_SET = 'lucid-rs';
const ROOT_USER = 'lucid_root';
const MEMBERS = 3;
const OPLOG_SIZE_MB = 256;
const READY_MS = 60_000;
/** The server's default. The set is born with a short one, or its first election would take ten seconds. */
const ELECTION_TIMEOUT_MS = 10_000;
const FIRST_ELECTION_TIMEOUT_MS = 500;

/** Starts the replica set of requirements §1 on free ports: three members, keyFile, SCRAM-SHA-256, one root user. */
export async function startMongodb(mongod: string, scratch: Scratch, signal: AbortSignal): Promise<StartedEngine> {
  const program = await scratch.reach(mongod, 'mongod');
  const home = await scratch.folder('mongodb');
  const keyFile = await scratch.file(join(home, 'keyfile'), randomBytes(96).toString('base64'));
  const ports = await freePorts(MEMBERS);
  const daemons = await startMembers(program, ports, keyFile, scratch, signal);
  const members = ports.map((port) => `127.0.0.1:${port}`);
  const password = randomBytes(18).toString('hex');
  await initiate(members, password, signal);
  const uri = `mongodb://${ROOT_USER}:${password}@${members.join(',')}/?replicaSet=${REPLICA_SET}&authSource=admin`;
  await settle(uri, signal);
  return {
    env: {
      MONGODB_URI: uri,
      LUCID_MONGODB_MEMBERS: members.join(','),
      LUCID_MONGODB_PIDS: daemons.map((daemon) => daemon.pid).join(','),
    },
    daemons,
  };
}

async function startMembers(
  program: string,
  ports: number[],
  keyFile: string,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<Daemon[]> {
  const starting = ports.map(async (port, index) => {
    const folder = await scratch.folder('mongodb', `member-${index + 1}`);
    const args = [
      '--replSet',
      REPLICA_SET,
      '--keyFile',
      keyFile,
      '--auth',
      '--bind_ip',
      '127.0.0.1',
      '--port',
      `${port}`,
    ];
    args.push('--dbpath', folder, '--wiredTigerCacheSizeGB', '0.25', '--oplogSize', `${OPLOG_SIZE_MB}`);
    args.push('--nounixsocket', '--setParameter', 'diagnosticDataCollectionEnabled=false');
    // Ready: its port answers. Authentication comes with the first user.
    const isReady = async (): Promise<boolean> => withClient(memberUri(`127.0.0.1:${port}`), async () => true);
    const logFile = join(folder, 'mongod.log');
    return startDaemon(program, args, { logFile, cwd: folder, ...scratch.runAs, isReady, signal });
  });
  return Promise.all(starting);
}

function memberUri(member: string): string {
  return `mongodb://${member}/?directConnection=true&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000`;
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

/** Through the localhost exception: makes the set and, on its first primary, the root user. */
async function initiate(members: string[], password: string, signal: AbortSignal): Promise<void> {
  const config = {
    _id: REPLICA_SET,
    members: members.map((host, _id) => ({ _id, host })),
    settings: { electionTimeoutMillis: FIRST_ELECTION_TIMEOUT_MS, heartbeatIntervalMillis: 500 },
  };
  const [first] = members as [string];
  await withClient(memberUri(first), (client) => client.db('admin').command({ replSetInitiate: config }));
  const user = { createUser: ROOT_USER, pwd: password, roles: ['root'], mechanisms: ['SCRAM-SHA-256'] };
  await retry('MongoDB has no primary', signal, async () => {
    for (const member of members) {
      const done = await withClient(memberUri(member), async (client) => {
        const { isWritablePrimary } = await client.db('admin').command({ hello: 1 });
        if (!isWritablePrimary) return false;
        await client.db('admin').command({ ...user, writeConcern: { w: 'majority' } });
        return true;
      });
      if (done) return true;
    }
    return false;
  });
}

/** Waits for all members and gives the set the election time-out it keeps. */
async function settle(uri: string, signal: AbortSignal): Promise<void> {
  await withClient(uri, async (client) => {
    const admin = client.db('admin');
    await retry('not every member of the replica set is up', signal, async () => {
      const { members } = await admin.command({ replSetGetStatus: 1 });
      return (members as Document[]).every(({ stateStr }) => stateStr === 'PRIMARY' || stateStr === 'SECONDARY');
    });
    await retry('the replica set cannot be configured', signal, async () => {
      const { config } = await admin.command({ replSetGetConfig: 1 });
      config.version += 1;
      config.settings = {
        ...config.settings,
        electionTimeoutMillis: ELECTION_TIMEOUT_MS,
        heartbeatIntervalMillis: 2000,
      };
      await admin.command({ replSetReconfig: config });
      return true;
    });
  });
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
