import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { systemClock } from '@lucid/core/clock';

const ROUNDS = 50;

/** Set in the environment of an engine that changes its working directory; its value is the scratch folder. */
export const OWNER_MARK = 'LUCID_ENGINE_OF';

/**
 * The engine processes of a scratch folder: their working directory is inside it, or they carry the mark (Linux: /proc;
 * elsewhere none are started by us).
 */
export async function processesIn(folder: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const cwd = await readlink(join('/proc', name, 'cwd')).catch(() => '');
    const environment = await readFile(join('/proc', name, 'environ'), 'utf8').catch(() => '');
    const isMarked = environment.split('\0').includes(`${OWNER_MARK}=${folder}`);
    if (isMarked || cwd === folder || cwd.startsWith(folder + sep)) found.push(Number(name));
  }
  return found;
}

/** Kills what runs in the scratch folder and removes it. May be called twice, and by two processes at once. */
export async function removeScratch(folder: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await processesIn(folder);
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
    }
    await systemClock.sleep(100);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
