import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { MongoClient } from 'mongodb';
import { DRILL_FOLDER_PREFIX, markOwner } from './drill-folders.ts';
import { freePort } from './free-port.ts';

/** A server of our own, empty, on this host, gone after `stop`. */
export interface DisposableMongod {
  readonly uri: string;
  readonly client: MongoClient;
  /** Stops the server and removes its folder. May be called twice; never rejects because something is gone already. */
  stop(): Promise<void>;
}

export interface DisposableMongodOptions {
  readonly program: string;
  /** Where its folder is made: it holds restored data, unencrypted, as long as the server runs. */
  readonly parent: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const SET_NAME = 'lucid-drill';
const READY_MS = 60_000;
const GRACE_MS = 2_000;
const STARTS = 3;

/**
 * Starts mongod as a replica set of one member that only this process can log on to: it listens on 127.0.0.1 and knows one
 * user, the members' own, whose password is its keyFile.
 * @throws AppError PROGRAM_MISSING, PROGRAM_FAILED, STORAGE_FULL …; the signal's reason
 */
export async function startDisposableMongod(options: DisposableMongodOptions): Promise<DisposableMongod> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Somebody may have taken the port in between.
      if (
        attempt === STARTS ||
        options.signal.aborted ||
        !(error instanceof AppError && error.code === 'PROGRAM_FAILED')
      )
        throw error;
    }
  }
}

async function startOnce({ program, parent, clock, signal }: DisposableMongodOptions): Promise<DisposableMongod> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, DRILL_FOLDER_PREFIX));
  let daemon: Daemon | undefined;
  let client: MongoClient | undefined;
  const stop = async (): Promise<void> => {
    await client?.close().catch(() => undefined);
    await daemon?.stop(GRACE_MS);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await chmod(folder, 0o700);
    await markOwner(folder);
    const key = randomBytes(96).toString('base64url').replace(/[-_]/g, 'x');
    const keyFile = join(folder, 'keyfile');
    await writeFile(keyFile, key, { mode: 0o400 });
    const data = join(folder, 'data');
    await mkdir(data);
    const port = await freePort();
    const uri = `mongodb://__system:${key}@127.0.0.1:${port}/?authSource=local&authMechanism=SCRAM-SHA-256&directConnection=true`;
    const isReady = async (): Promise<boolean> => {
      const probe = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true&serverSelectionTimeoutMS=1000`);
      try {
        await probe.db('admin').command({ hello: 1 });
        return true;
      } finally {
        await probe.close();
      }
    };
    const logFile = join(folder, 'mongod.log');
    daemon = await startDaemon(program, argumentsOf(port, data, keyFile), {
      logFile,
      cwd: folder,
      isReady,
      signal,
      clock,
    });
    client = await MongoClient.connect(uri, { appName: 'lucid-drill' });
    await client.db('admin').command({
      replSetInitiate: { _id: SET_NAME, members: [{ _id: 0, host: `127.0.0.1:${port}` }] },
    });
    await waitForPrimary(client, clock, signal);
    return { uri, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function argumentsOf(port: number, data: string, keyFile: string): string[] {
  return [
    ...['--port', `${port}`, '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--dbpath', data, '--keyFile', keyFile, '--replSet', SET_NAME],
    ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '256', '--quiet'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false', '--setParameter', 'ttlMonitorEnabled=false'],
  ];
}

async function waitForPrimary(client: MongoClient, clock: Clock, signal: AbortSignal): Promise<void> {
  const deadline = clock.monotonicMs() + READY_MS;
  while (clock.monotonicMs() < deadline) {
    const { isWritablePrimary } = await client.db('admin').command({ hello: 1 });
    if (isWritablePrimary) return;
    await clock.sleep(100, signal);
  }
  throw new AppError('PROGRAM_FAILED', 'the mongod of the drill did not become a primary');
}
