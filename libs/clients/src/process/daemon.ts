import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '@lucid/core/app-error';
import { type Clock, systemClock } from '@lucid/core/clock';
import { signalGroup } from './process-group.ts';
import { startError } from './run-program.ts';

export interface DaemonOptions {
  /** Standard output and error are appended here. */
  logFile: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** `pipe`: the child can tell by the end of its standard input that we are gone. Default: none. */
  stdin?: 'none' | 'pipe';
  /** Asked again and again until it answers true; it may throw while the daemon is not ready yet. */
  isReady?: () => Promise<boolean>;
  readyTimeoutMs?: number;
  /** An abort while it starts kills it. */
  signal?: AbortSignal;
  clock?: Clock;
}

/** A running program in its own process group. It outlives us unless it is stopped. */
export interface Daemon {
  readonly pid: number;
  /** Resolves when it has ended, by itself or not. Never rejects. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /**
   * SIGTERM, then SIGKILL to the whole group after `graceMs` (default 15 s). May be called twice; resolves once it is
   * gone. Never rejects because it is gone already.
   */
  stop(graceMs?: number): Promise<void>;
  /** Lets this program end although the daemon runs on. */
  unref(): void;
}

const POLL_MS = 100;
const DEFAULT_READY_MS = 60_000;
const DEFAULT_GRACE_MS = 15_000;
const LOG_TAIL_BYTES = 2_000;

/**
 * Starts a program that stays, without a shell, and waits until it is ready. One that does not get ready is killed.
 * @throws AppError PROGRAM_MISSING; PROGRAM_FAILED when it ends or is not ready in time (the end of its log is the cause)
 */
export async function startDaemon(program: string, args: readonly string[], options: DaemonOptions): Promise<Daemon> {
  options.signal?.throwIfAborted();
  const { cwd, env, uid, gid } = options;
  const log = openSync(options.logFile, 'a', 0o640);
  let child: ChildProcess;
  try {
    const stdin = options.stdin === 'pipe' ? 'pipe' : 'ignore';
    child = spawn(program, [...args], { cwd, env, uid, gid, stdio: [stdin, log, log], detached: true });
  } finally {
    closeSync(log);
  }
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', (error) => fail(startError(program, error)));
  });
  const daemon = wrap(child, options.clock ?? systemClock);
  try {
    await waitUntilReady(program, daemon, options);
    return daemon;
  } catch (error) {
    await daemon.stop(0);
    throw error;
  }
}

function wrap(child: ChildProcess, clock: Clock): Daemon {
  const pid = child.pid;
  if (pid === undefined) throw new AppError('PROGRAM_FAILED', 'the program was started without a process id');
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  child.stdin?.on('error', () => undefined); // the end of the child is told by `exited`
  return {
    pid,
    exited,
    hasExited,
    async stop(graceMs = DEFAULT_GRACE_MS) {
      if (!hasExited() && graceMs > 0) {
        signalGroup(pid, 'SIGTERM');
        const waiting = new AbortController();
        const late = clock.sleep(graceMs, waiting.signal).catch(() => undefined);
        await Promise.race([exited, late]);
        waiting.abort();
      }
      signalGroup(pid, 'SIGKILL'); // also what the leader left behind in its group
      if (!hasExited()) await exited;
    },
    unref() {
      child.unref();
      (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    },
  };
}

async function waitUntilReady(program: string, daemon: Daemon, options: DaemonOptions): Promise<void> {
  const { isReady, signal, clock = systemClock, readyTimeoutMs = DEFAULT_READY_MS } = options;
  if (!isReady) return;
  const deadline = clock.monotonicMs() + readyTimeoutMs;
  let last: unknown;
  for (;;) {
    if (daemon.hasExited()) throw await failure(`${program} ended while it started`, options.logFile, last);
    try {
      if (await isReady()) return;
    } catch (error) {
      last = error;
    }
    if (clock.monotonicMs() > deadline) {
      throw await failure(`${program} was not ready within ${readyTimeoutMs} ms`, options.logFile, last);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function failure(what: string, logFile: string, last: unknown): Promise<AppError> {
  const file = await open(logFile, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, LOG_TAIL_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    const reason = last instanceof Error ? `\nlast answer: ${last.message}` : '';
    return new AppError('PROGRAM_FAILED', what, { cause: new Error(`${logFile}: ${tail.toString('utf8')}${reason}`) });
  } finally {
    await file.close();
  }
}
