import { readdir, readFile, writeFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';

/** Of 19: what serves is scheduled first, and a busy host still leaves a share. */
const NICENESS = 15;
/** The session in `/proc/<pid>/stat` (proc(5)), counted after the program's name, which may hold spaces. */
const SESSION_FIELD = 3;

/**
 * Lets the engines on this host have the processors first: for every thread there is, and for those that they start from now on. To be called
 * once the service answers: beside busy neighbours its start took over 30 s, and a supervisor would have ended it. Linux may group processes
 * by session and then weighs the groups (sched(7), "The autogroup feature"), so that of a session of our own is lowered too. Between containers neither counts: there
 * it is their share of the processors (`cpu_shares`, a request of `cpu`). Where the system refuses, it stays as it was.
 */
export async function yieldProcessors(): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const thread of await readdir('/proc/self/task').catch(() => ['0'])) {
    try {
      // A thread's id does here as a process's (setpriority(2), "C library/kernel differences"). To raise what is lower already would need a privilege.
      setPriority(Number(thread), Math.max(NICENESS, getPriority(Number(thread))));
    } catch {
      // A thread that has ended, or a sandbox that forbids the call.
    }
  }
  try {
    const stat = await readFile('/proc/self/stat', 'utf8');
    const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[SESSION_FIELD];
    // An engine that was started from the same terminal would be lowered with us.
    if (session === String(process.pid)) await writeFile('/proc/self/autogroup', String(NICENESS));
  } catch {
    // A kernel without groups, or a container that shows none of it.
  }
}
