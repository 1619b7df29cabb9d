import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The program named, or mongod on the search path; undefined where there is none that can be run. */
export async function findMongod(configured: string | undefined, searchPath: string): Promise<string | undefined> {
  const folders = [...searchPath.split(delimiter), '/usr/sbin', '/usr/local/sbin'].filter(Boolean);
  const candidates = configured === undefined ? folders.map((folder) => join(folder, 'mongod')) : [configured];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
