import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { runProgram } from '@lucid/clients/process/run-program';
import { AppError } from '@lucid/core/app-error';
import { processEnvironment } from '@lucid/core/environment';
import { cached } from './downloads.ts';
import { freePorts } from './free-ports.ts';
import { findOnPath } from './programs-on-path.ts';

const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const VERSION = 'v1.8.0';
const BUILD_MS = 15 * 60_000;

/** A real S3 server over a folder. It is no engine of the suite: only who tests S3 starts one. */
export interface S3Server {
  /** `http://127.0.0.1:PORT`, with a certificate `https://localhost:PORT`; a stopped server comes back at the same. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Buckets are folders in it. */
  readonly folder: string;
  /** Makes a bucket. */
  createBucket(name: string): Promise<void>;
  /** Stops the process; what is stored stays. May be called twice. */
  halt(): Promise<void>;
  /** Starts it again after `halt`. */
  resume(): Promise<void>;
  /** Stops it and removes what it stored. May be called twice. */
  stop(): Promise<void>;
}

export interface S3ServerOptions {
  /** Files of a certificate for `localhost` and its key: it speaks TLS. */
  certificate?: { certFile: string; keyFile: string };
  say?: (line: string) => void;
}

/** Starts versitygw on a free port of 127.0.0.1 with keys of its own. @throws AppError ENGINES_MISSING */
export async function startS3Server({ certificate, say = () => undefined }: S3ServerOptions = {}): Promise<S3Server> {
  const program = await versitygw(say);
  const root = await mkdtemp(join(tmpdir(), 'lucid-s3-'));
  const folder = join(root, 'buckets');
  const attributes = join(root, 'attributes');
  await Promise.all([mkdir(folder), mkdir(attributes)]);
  const [port = 0] = await freePorts(1);
  const [accessKey, secretKey] = [randomBytes(10).toString('hex'), randomBytes(20).toString('hex')];
  const region = 'eu-test';
  const start = (): Promise<Daemon> =>
    // Attributes beside the objects: not every file system of a test machine has extended ones.
    startDaemon(program, ['--quiet', '--keep-alive', 'posix', '--sidecar', attributes, folder], {
      logFile: join(root, 'versitygw.log'),
      cwd: root,
      env: {
        ROOT_ACCESS_KEY: accessKey,
        ROOT_SECRET_KEY: secretKey,
        VGW_PORT: `127.0.0.1:${port}`,
        VGW_REGION: region,
        ...(certificate && { VGW_CERT: certificate.certFile, VGW_KEY: certificate.keyFile }),
      },
      isReady: () => accepts(port),
    });
  let daemon = await start();
  return {
    endpoint: certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    port,
    region,
    accessKey,
    secretKey,
    folder,
    createBucket: (name) => mkdir(join(folder, name)),
    halt: () => daemon.stop(0),
    async resume() {
      if (daemon.hasExited()) daemon = await start();
    },
    async stop() {
      await daemon.stop(0);
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** From the PATH, else built once from its source and cached. */
async function versitygw(say: (line: string) => void): Promise<string> {
  const found = await findOnPath('versitygw');
  if (found) return found;
  const folder = await cached(`versitygw-${VERSION}`, async (target) => {
    const go = await findOnPath('go');
    if (!go) {
      const remedy = 'install versitygw, or Go 1.24+ to have it built (apt-get install golang-go)';
      throw new AppError('ENGINES_MISSING', `versitygw is not on the PATH, and there is no go: ${remedy}`);
    }
    say('building versitygw, an S3 server for tests (some minutes, once)');
    const env = { ...processEnvironment(), GOBIN: target };
    await runProgram(go, ['install', '-trimpath', `${MODULE}@${VERSION}`], { env, timeoutMs: BUILD_MS });
  });
  return join(folder, 'versitygw');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}
