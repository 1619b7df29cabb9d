import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isAlive } from '@lucid/clients/process/process-group';
import { processEnvironment } from '@lucid/core/environment';

/** Where programs are kept between runs; the same for all checkouts of a user. */
function cacheFolder(): string {
  const named = processEnvironment().LUCID_ENGINES_DIR;
  return named || join(homedir(), '.cache', 'lucid-storage', 'engines');
}

/**
 * A folder of the cache, made by `fill` when it is not there. Filled under another name and renamed at the end, so a
 * killed download leaves no half; two processes may fill at once, the first to end wins and the other takes its result.
 */
export async function cached(
  name: string,
  fill: (folder: string) => Promise<void>,
  cache = cacheFolder(),
): Promise<string> {
  const target = join(cache, name);
  if (await exists(target)) return target;
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  const filling = await mkdtemp(join(cache, `.filling-${process.pid}-`));
  try {
    await fill(filling);
    await chmod(filling, 0o755); // as root, the engines run as another user
    await rename(filling, target);
  } catch (error) {
    await rm(filling, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
  return target;
}

/** What killed processes left: folders whose name has the number of a process that is gone. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /^\.filling-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws when the file is not the one whose SHA-256 was recorded when it was tried */
export async function verifySha256(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) throw new Error(`${file} has SHA-256 ${actual}, expected ${expected}: it is not used`);
}
