import { readFile } from 'node:fs/promises';
import { runProgram } from '@lucid/clients/process/run-program';

/** Clock ticks of `/proc/<pid>/stat`, a second (proc(5); 100 on every Linux that Node runs on). */
const TICKS = 100;

/** CPU seconds that a process has used, its threads included. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS;
}

/** Resident memory in MiB: now, or the most there was. */
export async function memoryMiB(pid: number, figure: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}

export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

/** Runs a shell pipeline with arguments `$1 …`; any part that fails makes it fail. @returns CPU seconds of all its parts */
export async function runPipeline(pipeline: string, args: readonly string[]): Promise<number> {
  const { stdout } = await runProgram('bash', [
    '-o',
    'pipefail',
    '-c',
    `${pipeline} || exit 1; times`,
    'bench',
    ...args,
  ]);
  const [, children = ''] = stdout.trim().split('\n').slice(-2);
  const parts = [...children.matchAll(/(\d+)m([\d.,]+)s/g)];
  return parts.reduce((sum, [, minutes, secs]) => sum + Number(minutes) * 60 + Number(secs?.replace(',', '.')), 0);
}
