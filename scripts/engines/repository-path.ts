import { join, resolve } from 'node:path';

/** A path inside the repository. */
export function repositoryPath(...names: string[]): string {
  return join(resolve(import.meta.dirname, '../..'), ...names);
}
