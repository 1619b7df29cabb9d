import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { eventually } from '@lucid/testing/eventually';
import { MongoClient } from 'mongodb';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { findMongod } from '../../scripts/engines/programs.ts';
import { answersAt, formReplicaSet, newKey, REPLICA_SET } from '../../scripts/engines/replica-set.ts';
import { createScratch } from '../../scripts/engines/scratch.ts';

/** A replica set of one member with a root user, for what would disturb everybody on the common one. */
export interface SingleMemberSet {
  readonly uri: string;
  readonly client: MongoClient;
  readonly pid: number;
  /** Writes to the database `filler` until the oldest entries of the oplog are gone. */
  rollOplogOver(): Promise<void>;
  stop(): Promise<void>;
}

export interface SingleMemberOptions {
  /** Of the oplog; 1 when left out, which `rollOplogOver` needs. */
  readonly oplogMegabytes?: number;
  /** Seconds between checkpoints; 1 when left out. */
  readonly checkpointSeconds?: number;
  readonly replicaSet?: string;
  /** Further arguments of mongod. */
  readonly args?: readonly string[];
}

/**
 * Starts one with an oplog of 1 MB. Two settings let the server truncate it within seconds: few truncation points, and a
 * checkpoint each second, since it keeps what a recovery from the last checkpoint would need.
 */
export async function startSingleMemberSet(options: SingleMemberOptions = {}): Promise<SingleMemberSet> {
  const { oplogMegabytes = 1, checkpointSeconds = 1, replicaSet = REPLICA_SET } = options;
  const scratch = await createScratch();
  const getting = { say: () => undefined, signal: new AbortController().signal };
  const program = await scratch.reach(await findMongod(getting), 'mongod');
  const folder = await scratch.folder('member');
  const [port = 0] = await freePorts(1);
  const member = `127.0.0.1:${port}`;
  const key = newKey();
  const keyFile = await scratch.file(join(scratch.path, 'keyfile'), key);
  const args = ['--port', `${port}`, '--dbpath', folder, '--replSet', replicaSet, '--bind_ip', '127.0.0.1'];
  args.push('--keyFile', keyFile);
  args.push('--nounixsocket', '--wiredTigerCacheSizeGB', '0.25');
  args.push('--oplogSize', `${oplogMegabytes}`, '--syncdelay', `${checkpointSeconds}`, ...(options.args ?? []));
  for (const parameter of [
    'minOplogTruncationPoints=2',
    'enableTestCommands=1',
    'diagnosticDataCollectionEnabled=false',
  ])
    args.push('--setParameter', parameter);
  const daemon: Daemon = await startDaemon(program, args, {
    ...{ logFile: join(folder, 'mongod.log'), cwd: folder },
    ...scratch.runAs,
    isReady: () => answersAt(member),
  });
  const uri = await formReplicaSet([member], key, getting.signal, replicaSet);
  const client = new MongoClient(uri);
  const oldest = async (): Promise<string> => {
    const [first] = await client.db('local').collection('oplog.rs').find().sort({ $natural: 1 }).limit(1).toArray();
    return String(first?.ts);
  };
  return {
    uri,
    client,
    pid: daemon.pid,
    async rollOplogOver() {
      const last = await client.db('local').collection('oplog.rs').find().sort({ $natural: -1 }).limit(1).next();
      await eventually('the oplog rolls over', async () => {
        for (let count = 0; count < 20; count += 1)
          await client
            .db('filler')
            .collection('filler')
            .insertOne({ pad: 'x'.repeat(100_000) });
        return BigInt(await oldest()) > BigInt(String(last?.ts));
      });
    },
    async stop() {
      await client.close();
      await daemon.stop();
      await scratch.remove();
    },
  };
}
