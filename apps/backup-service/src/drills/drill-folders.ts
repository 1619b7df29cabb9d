import { readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive, signalGroup } from '@lucid/clients/process/process-group';

export const DRILL_FOLDER_PREFIX = 'lucid-drill-';
const OWNER_FILE = 'owner';
/** Longer than a drill may take. */
const FOREIGN_MS = 48 * 3_600_000;
/** Longer than a folder is without an owner while it is made. */
const OWNERLESS_MS = 3_600_000;

/** Writes down which process a drill's folder belongs to. */
export async function markOwner(folder: string): Promise<void> {
  await writeFile(join(folder, OWNER_FILE), await identityOf(process.pid), { mode: 0o600 });
}

/**
 * Removes what drills of processes that are gone left behind: their servers first, then their folders. To be called before this
 * process starts a drill. @returns the folders that were removed
 */
export async function sweepDrillFolders(parent: string, now: Date): Promise<string[]> {
  const names = await readdir(parent).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const removed: string[] = [];
  for (const name of names) {
    if (!name.startsWith(DRILL_FOLDER_PREFIX)) continue;
    const folder = join(parent, name);
    if (await belongsToAnother(folder, now)) continue;
    await killServer(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    removed.push(folder);
  }
  return removed;
}

/**
 * Is its owner another process that still runs? One without an owner was only just made, and is left alone for an hour, or its making
 * died. Of a process on another host (a folder that two containers share) nothing can be told: its folder is left alone for two days.
 */
async function belongsToAnother(folder: string, now: Date): Promise<boolean> {
  const path = join(folder, OWNER_FILE);
  const owner = await readFile(path, 'utf8').catch(() => '');
  if (owner === '') return (await ageOf(folder, now)) < OWNERLESS_MS;
  const [pidText = '', , host = hostname()] = owner.split(' ');
  if (host !== hostname()) return (await ageOf(path, now)) < FOREIGN_MS;
  const pid = Number(pidText);
  return pid > 0 && pid !== process.pid && isAlive(pid) && owner === (await identityOf(pid));
}

/** Since it was written to, ms; without end where it has gone meanwhile. */
async function ageOf(path: string, now: Date): Promise<number> {
  const there = await stat(path).catch(() => undefined);
  return there ? now.getTime() - there.mtimeMs : Infinity;
}

/**
 * A server works in this folder and is named it, from its first moment on, when it has not written its process id anywhere yet. Whoever
 * only looks around there is left alone.
 */
async function killServer(folder: string): Promise<void> {
  const running = await readdir('/proc').catch(() => []);
  for (const pid of running.map(Number)) {
    if (!Number.isInteger(pid) || pid <= 1) continue;
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (workingFolder !== folder) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(folder)) signalGroup(pid, 'SIGKILL');
  }
}

/** The process id, where the system tells it the time it started at (numbers are used again), and the host. */
async function identityOf(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Fields are counted after the name, which may hold anything: the 22nd is the start (proc_pid_stat(5)).
  const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${started} ${hostname()}`;
}
