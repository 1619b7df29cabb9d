import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDaemon } from '@lucid/clients/process/daemon';
import { isAlive, signalGroup } from '@lucid/clients/process/process-group';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { ping } from './ping.ts';
import { repositoryPath } from './repository-path.ts';

interface SessionState {
  /** The process that owns the engines; they end when it does. */
  keeperPid: number;
  env: Record<string, string>;
}

const STATE_FILE = repositoryPath('.lucid', 'engines.json');
const LOG_FILE = repositoryPath('.lucid', 'engines.log');
const READY_MS = 20 * 60_000; // the first time there are 130 MB to download
const DOWN_MS = 60_000;

/** Starts the engines behind a keeper process and returns once they answer. Twice: the same engines. */
export async function up(): Promise<void> {
  const running = await readState();
  if (running) {
    process.stderr.write(`engines: up already (process ${running.keeperPid})\n`);
    return;
  }
  await mkdir(dirname(STATE_FILE), { recursive: true });
  await rm(LOG_FILE, { force: true });
  await rm(STATE_FILE, { force: true });
  const args = ['--conditions=lucid-source', fileURLToPath(new URL('./keeper.ts', import.meta.url)), STATE_FILE];
  const keeper = await startDaemon(process.execPath, args, {
    logFile: LOG_FILE,
    cwd: '/',
    isReady: async () => (await readState()) !== undefined,
    readyTimeoutMs: READY_MS,
  });
  keeper.unref();
  process.stderr.write(`engines: up (process ${keeper.pid}); \`down\` stops them\n`);
}

/** Stops the engines of `up` and removes their data. Twice: nothing. */
export async function down(): Promise<void> {
  const state = await readState();
  if (!state) {
    process.stderr.write('engines: none are up\n');
    return;
  }
  process.kill(state.keeperPid, 'SIGTERM');
  const deadline = systemClock.monotonicMs() + DOWN_MS;
  while (isAlive(state.keeperPid) && systemClock.monotonicMs() < deadline) await systemClock.sleep(100);
  // The watchdog does the rest when the keeper had to be killed.
  if (isAlive(state.keeperPid)) signalGroup(state.keeperPid, 'SIGKILL');
  await rm(STATE_FILE, { force: true });
  process.stderr.write('engines: down\n');
}

/** One line an engine. Fails when none are up or one does not answer. */
export async function status(): Promise<void> {
  const { env } = await requireState();
  const lines = await ping(env);
  for (const { name, isUp, detail } of lines) process.stdout.write(`${name} ${isUp ? 'up' : 'DOWN'} ${detail}\n`);
  if (lines.some(({ isUp }) => !isUp)) process.exitCode = 1;
}

export async function printEnv(): Promise<void> {
  const { env } = await requireState();
  for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}='${value}'\n`);
}

export async function writeState(file: string, state: SessionState): Promise<void> {
  await writeFile(`${file}.tmp`, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

async function requireState(): Promise<SessionState> {
  const state = await readState();
  if (!state) throw new AppError('ENGINES_MISSING', 'no engines are up: run `up` first');
  return state;
}

/** Undefined when no session was started, or its keeper is gone. */
async function readState(): Promise<SessionState | undefined> {
  const text = await readFile(STATE_FILE, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as SessionState;
  // After a reboot the number may belong to anybody: only a process that runs the keeper counts.
  const command = await readFile(`/proc/${state.keeperPid}/cmdline`, 'utf8').catch(() => '');
  const isKeeper = process.platform === 'linux' ? command.includes('keeper.ts') : isAlive(state.keeperPid);
  return isKeeper ? state : undefined;
}
