import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { eventually } from '@lucid/testing/eventually';
import { MongoClient } from 'mongodb';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { findMongod } from '../../scripts/engines/programs.ts';
import { answersAt, newKey } from '../../scripts/engines/replica-set.ts';
import { createScratch } from '../../scripts/engines/scratch.ts';

/** One mongod of a test's own. */
export interface MongodMember {
  /** `127.0.0.1:port`. */
  readonly host: string;
  stop(): Promise<void>;
  /** Again on the same port with the same data. */
  start(): Promise<void>;
}

/** Starts single mongods that share a keyFile, for specs that build sets and clusters of them themselves. */
export interface MongodMembers {
  readonly key: string;
  /** One that belongs to nothing yet. @param args further arguments, `--replSet` among them */
  add(...args: string[]): Promise<MongodMember>;
  /** A client of exactly this member, with the members' own user: it works before there is any other. */
  direct(host: string): MongoClient;
  /** Stops all of them and removes their data. */
  close(): Promise<void>;
}

const SMALL = ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64', '--bind_ip', '127.0.0.1', '--nounixsocket'];

export async function createMongodMembers(): Promise<MongodMembers> {
  const scratch = await createScratch();
  const getting = { say: () => undefined, signal: new AbortController().signal };
  const program = await scratch.reach(await findMongod(getting), 'mongod');
  const key = newKey();
  const keyFile = await scratch.file(join(scratch.path, 'keyfile'), key);
  const daemons = new Map<string, Daemon>();
  const clients: MongoClient[] = [];
  const launch = async (host: string, folder: string, args: string[]): Promise<void> => {
    const port = host.split(':')[1] ?? '';
    const all = ['--port', port, '--dbpath', folder, '--keyFile', keyFile, ...SMALL, ...args];
    // A secondary that is told to stop would wait 15 s for its clients.
    for (const parameter of ['diagnosticDataCollectionEnabled=false', 'shutdownTimeoutMillisForSignaledShutdown=100'])
      all.push('--setParameter', parameter);
    const isReady = (): Promise<boolean> => answersAt(host);
    const options = { logFile: join(folder, 'mongod.log'), cwd: folder, ...scratch.runAs, isReady };
    daemons.set(host, await startDaemon(program, all, options));
  };
  return {
    key,
    async add(...args) {
      const [port = 0] = await freePorts(1);
      const host = `127.0.0.1:${String(port)}`;
      const folder = await scratch.folder(`member-${String(port)}`);
      await launch(host, folder, args);
      return {
        host,
        stop: async () => daemons.get(host)?.stop(),
        start: () => launch(host, folder, args),
      };
    },
    direct(host) {
      const parameters =
        'directConnection=true&authSource=local&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=5000';
      const client = new MongoClient(`mongodb://__system:${encodeURIComponent(key)}@${host}/?${parameters}`);
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
      await scratch.remove();
    },
  };
}

/** Makes one a set of one member and waits until it is primary. @param more further fields of its configuration */
export async function initiate(client: MongoClient, set: string, host: string, more: object = {}): Promise<void> {
  const admin = client.db('admin');
  // On a busy host a member may be silent for a second or two, which must not cost the primary its place.
  const settings = { electionTimeoutMillis: 5_000, heartbeatIntervalMillis: 500 };
  await admin.command({ replSetInitiate: { _id: set, ...more, members: [{ _id: 0, host }], settings } });
  await eventually('a primary', async () => (await admin.command({ hello: 1 }))['isWritablePrimary'] === true);
}
