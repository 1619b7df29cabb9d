import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { freePorts } from './free-ports.ts';
import { answersAt, formReplicaSet, newKey } from './replica-set.ts';
import { repositoryPath } from './repository-path.ts';
import type { Scratch } from './scratch.ts';
import type { StartedEngine } from './started-engine.ts';

export const MEMBERS = 3;

/**
 * What a development machine needs otherwise than configs/mongodb: little memory, and an oplog (in MB) that is small, but holds what several
 * specs write at a time while what follows it does not get its turn.
 */
export const SMALL = ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '1024'];

/** Starts the replica set of requirements §1 on free ports: three members, keyFile, SCRAM-SHA-256, one root user. */
export async function startMongodb(mongod: string, scratch: Scratch, signal: AbortSignal): Promise<StartedEngine> {
  const program = await scratch.reach(mongod, 'mongod');
  const home = await scratch.folder('mongodb');
  const key = newKey();
  const keyFile = await scratch.file(join(home, 'keyfile'), key);
  const production = await readFile(repositoryPath('configs', 'mongodb', 'mongod.conf'), 'utf8');
  const config = await scratch.file(join(home, 'mongod.conf'), production);
  const ports = await freePorts(MEMBERS);
  const daemons = await Promise.all(
    ports.map(async (port, index): Promise<Daemon> => {
      const folder = await scratch.folder('mongodb', `member-${index + 1}`);
      const args = ['--config', config, '--keyFile', keyFile, '--port', `${port}`, '--dbpath', folder, ...SMALL];
      args.push('--nounixsocket', '--setParameter', 'diagnosticDataCollectionEnabled=false');
      const logFile = join(folder, 'mongod.log');
      const isReady = (): Promise<boolean> => answersAt(`127.0.0.1:${port}`);
      return startDaemon(program, args, { logFile, cwd: folder, ...scratch.runAs, isReady, signal });
    }),
  );
  const members = ports.map((port) => `127.0.0.1:${port}`);
  return {
    env: {
      MONGODB_URI: await formReplicaSet(members, key, signal),
      LUCID_MONGODB_MEMBERS: members.join(','),
      LUCID_MONGODB_PIDS: daemons.map((daemon) => daemon.pid).join(','),
    },
    daemons,
  };
}
