import { readdir, readFile } from 'node:fs/promises';
import { eventually } from './eventually.ts';

/** Of proc_pid_stat(5): stopped by a signal. */
const STOPPED = 'T';

/**
 * Runs `action` while a process stands still, and lets it go on afterwards, whatever came of the action. `kill` returns before all threads
 * have stopped, and one of them may still answer a request; so this waits until the kernel says of each that it stands (Linux only).
 */
export async function whileFrozen<T>(pid: number, action: () => Promise<T>): Promise<T> {
  process.kill(pid, 'SIGSTOP');
  try {
    await eventually(`process ${pid} stands still`, () => isFrozen(pid), { intervalMs: 2 });
    return await action();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function isFrozen(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const states = (await readdir(tasks)).map(async (task) => {
    const stat = await readFile(`${tasks}/${task}/stat`, 'utf8');
    // The name before the state stands in brackets, and may hold any character.
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  });
  return (await Promise.all(states)).every((state) => state === STOPPED);
}
