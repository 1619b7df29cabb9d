import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDaemon } from '@lucid/clients/process/daemon';
import { isAlive, signalGroup } from '@lucid/clients/process/process-group';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { processEnvironment } from '@lucid/core/environment';
import { ping } from './ping.ts';
import { repositoryPath } from './repository-path.ts';

interface SessionState {
  /** The process that owns the engines; they end when it does. */
  keeperPid: number;
  /** Absent while they start. */
  env?: Record<string, string>;
}

const STATE_FILE = processEnvironment().LUCID_ENGINES_SESSION || repositoryPath('.lucid', 'engines.json');
const LOG_FILE = STATE_FILE.replace(/(\.json)?$/, '.log');
const READY_MS = 20 * 60_000; // the first time there are 130 MB to download
const DOWN_MS = 60_000;
const POLL_MS = 100;

/** Starts the engines behind a keeper process and returns once they answer. Twice, also at once: the same engines. */
export async function up(): Promise<void> {
  let state = await readState();
  if (!state) {
    await mkdir(dirname(STATE_FILE), { recursive: true });
    const args = ['--conditions=lucid-source', fileURLToPath(new URL('./keeper.ts', import.meta.url)), STATE_FILE];
    const isReady = async (): Promise<boolean> => (await readState())?.env !== undefined;
    const options = { logFile: LOG_FILE, cwd: '/', isReady, readyTimeoutMs: READY_MS };
    try {
      (await startDaemon(process.execPath, args, options)).unref();
    } catch (error) {
      // Ours gave way to the keeper of another `up`; or there is none at all.
      if (!(await readState())) throw error;
    }
    state = await readState();
  }
  while (state && !state.env) {
    await systemClock.sleep(POLL_MS);
    state = await readState();
  }
  if (!state) throw new AppError('ENGINES_MISSING', `the engines did not start: ${LOG_FILE} says why`);
  process.stderr.write(`engines: up (process ${state.keeperPid}); \`down\` stops them\n`);
}

/** For the keeper: whether the session is now its own. False when another living keeper has it. */
export async function claimSession(file: string): Promise<boolean> {
  if (!(await readState(file))) await rm(file, { force: true });
  try {
    await writeFile(file, JSON.stringify({ keeperPid: process.pid }), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
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
  while (isAlive(state.keeperPid) && systemClock.monotonicMs() < deadline) await systemClock.sleep(POLL_MS);
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

async function requireState(): Promise<Required<SessionState>> {
  const { keeperPid, env } = (await readState()) ?? {};
  if (!keeperPid || !env) throw new AppError('ENGINES_MISSING', 'no engines are up: run `up` first');
  return { keeperPid, env };
}

/** Undefined when no session was started, or its keeper is gone. */
async function readState(file = STATE_FILE): Promise<SessionState | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!text) return undefined; // not there, or being written
  const state = JSON.parse(text) as SessionState;
  // After a reboot the number may belong to anybody: only a process that runs the keeper counts.
  const command = await readFile(`/proc/${state.keeperPid}/cmdline`, 'utf8').catch(() => '');
  const isKeeper = process.platform === 'linux' ? command.includes('keeper.ts') : isAlive(state.keeperPid);
  return isKeeper ? state : undefined;
}
