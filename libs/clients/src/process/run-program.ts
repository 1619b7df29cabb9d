import { spawn } from 'node:child_process';
import { AppError } from '@lucid/core/app-error';
import { BoundedText } from './bounded-text.ts';
import { signalGroup } from './process-group.ts';

export interface RunOptions {
  cwd?: string;
  /** The whole environment of the child; without it the child inherits ours. */
  env?: NodeJS.ProcessEnv;
  /** Written to the standard input, which is then closed. Without it the child has no standard input. */
  input?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** How much of each output stream is kept; the end is, the beginning goes. Default 1 MiB. */
  maxOutputBytes?: number;
  uid?: number;
  gid?: number;
}

export interface RunResult {
  stdout: string;
  stderr: string;
}

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program to its end, without a shell. Nobody retries. A time-out or an abort kills the whole process group at
 * once (SIGKILL): use it for programs that can be run again.
 * @throws AppError PROGRAM_MISSING when it is not installed, PROGRAM_FAILED when it ends with another code than 0 or in
 * the time-out; the reason of the signal when aborted.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { cwd, env, uid, gid, input, signal } = options;
  signal?.throwIfAborted();
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(program, [...args], { cwd, env, uid, gid, stdio: [...stdio], detached: true });
  const limit = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const stdout = new BoundedText(limit);
  const stderr = new BoundedText(limit);
  child.stdout?.on('data', (bytes: Buffer) => stdout.add(bytes));
  child.stderr?.on('data', (bytes: Buffer) => stderr.add(bytes));
  child.stdin?.on('error', () => undefined); // a child that does not read its input ends with its own error
  child.stdin?.end(input);

  const limits = [signal, options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)];
  const stop = AbortSignal.any(limits.filter((one) => one !== undefined));
  const kill = (): void => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  stop.addEventListener('abort', kill, { once: true });
  // Without this a Ctrl-C would end us and leave the detached child behind.
  process.once('exit', kill);
  try {
    const code = await new Promise<number | NodeJS.Signals | null>((done, fail) => {
      child.once('error', (error) => fail(startError(program, error)));
      child.once('close', (exitCode, exitSignal) => done(exitCode ?? exitSignal));
    });
    signal?.throwIfAborted();
    if (code === 0) return { stdout: stdout.toString(), stderr: stderr.toString() };
    const how = stop.aborted ? `ran longer than ${options.timeoutMs} ms` : `ended with ${code}`;
    const said = new Error(`${program}: ${stderr.toString().trim() || stdout.toString().trim()}`);
    throw new AppError('PROGRAM_FAILED', `${program} ${how}`, { cause: said });
  } finally {
    stop.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

/** What the operating system said when a program could not be started. */
export function startError(program: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new AppError('PROGRAM_MISSING', `the program ${program} (or its working folder) does not exist`, {
    cause: error,
  });
}
