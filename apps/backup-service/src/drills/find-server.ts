import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The program that is configured, or that of this name on the search path; undefined where there is none that can be run. */
export async function findServer(
  name: 'mongod' | 'redis-server',
  configured: string | undefined,
  searchPath: string,
): Promise<string | undefined> {
  const folders = [...searchPath.split(delimiter), '/usr/sbin', '/usr/local/sbin'].filter(Boolean);
  const candidates = configured === undefined ? folders.map((folder) => join(folder, name)) : [configured];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
