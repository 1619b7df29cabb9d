// Runs as a process of its own: `node watchdog.ts SCRATCH`. Its standard input is a pipe from the owner of the engines;
// the pipe ends when the owner is gone, however it went. Then everything that runs in the scratch folder is killed and
// the folder removed. A process belongs to the folder when its working directory is in it or it carries our mark: no
// list of numbers that could be stale, and nothing is missed between a start and its record.
import { removeScratch } from './scratch-cleanup.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('usage: watchdog.ts SCRATCH');
// A Ctrl-C in the owner's terminal, or the end of the session, is no reason to leave before the work is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => void removeScratch(path));
process.stdin.resume();
