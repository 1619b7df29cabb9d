import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A write of one object takes seconds; after an hour its writer is gone or its write may as well fail. */
const ABANDONED_MS = 3_600_000;
const NAME = /^([0-9a-f]{8})-([0-9]+)-[0-9a-f]{16}$/;

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Names a temporary file after its writer: host, process, 64 random bits. */
export function newTempName(): string {
  return `${host}-${process.pid}-${randomBytes(8).toString('hex')}`;
}

/**
 * Removes the temporary files of writers that died: those of a process that this host no longer has, and those older than
 * an hour by the clock of the file system itself. A wrong guess (two hosts of one name) only makes one write fail, because
 * a temporary file becomes an object by link(2), which then finds nothing.
 */
export async function removeDeadTemps(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length === 0) return;
  const probe = join(folder, newTempName());
  await writeFile(probe, '');
  const { mtimeMs: nowMs } = await stat(probe);
  await rm(probe, { force: true });
  for (const name of names) {
    const path = join(folder, name);
    if (isOfDeadProcess(name) || nowMs - (await modifiedMs(path, nowMs)) > ABANDONED_MS)
      await rm(path, { force: true });
  }
}

function isOfDeadProcess(name: string): boolean {
  const [, nameHost, pid] = NAME.exec(name) ?? [];
  if (nameHost !== host) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function modifiedMs(path: string, otherwise: number): Promise<number> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => otherwise,
  );
}
