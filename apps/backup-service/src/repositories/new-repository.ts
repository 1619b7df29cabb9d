import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '@lucid/core/app-error';
import type { RepositoryDefinition, RepositoryPlace } from './repository-definition.ts';
import type { KnownRepository } from './repository-state.ts';

/** What a repository keeps at its top; a folder that holds other things is somebody else's. */
const TOP_NAMES = new Set(['config', 'keys', '.tmp']);

/**
 * One repository under two names would have two leases, and its garbage would be collected beside its backups.
 * @throws AppError REPOSITORY_UNUSABLE where the place is, or lies in, or holds that of another; or is a folder with other content
 */
export async function assertNewPlace(
  definition: RepositoryDefinition,
  others: readonly KnownRepository[],
): Promise<void> {
  for (const { definition: other } of others) {
    if (!(await overlap(definition, other))) continue;
    throw new AppError('REPOSITORY_UNUSABLE', `the repository ${other.name} is at this place`);
  }
  if (definition.kind === 's3') return;
  const names = await readdir(definition.path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unusable(error);
  });
  if (names.length > 0 && !names.some((name) => TOP_NAMES.has(name))) {
    throw new AppError('REPOSITORY_UNUSABLE', 'the folder holds something that is no repository; name an empty one');
  }
}

/** @throws AppError REPOSITORY_UNUSABLE where the repository is known under another name, or a replica and not added as one */
export function assertNewRepository(
  { isReplica }: RepositoryDefinition,
  id: string,
  others: readonly KnownRepository[],
): void {
  const same = others.find(({ opened }) => opened?.repository.id === id);
  if (!same || isReplica) return;
  const { name } = same.definition;
  throw new AppError(
    'REPOSITORY_UNUSABLE',
    `it is the repository ${name}, or a replica of it; add that with isReplica: true`,
  );
}

/** What keeps a repository from being opened, for the caller who described it; refusals and what is not known stay as they are. */
export function unusable(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (!(error instanceof AppError)) {
    return typeof code === 'string' && /^E[A-Z]+$/.test(code)
      ? new AppError('REPOSITORY_UNUSABLE', `the folder cannot be used (${code})`, { cause: error })
      : error;
  }
  if (error.code === 'INTERNAL' || error.code === 'RESIDENCY_REFUSED') return error;
  return new AppError('REPOSITORY_UNUSABLE', error.message, { cause: error, retryable: error.retryable });
}

async function overlap(a: RepositoryPlace, b: RepositoryPlace): Promise<boolean> {
  if (a.kind === 'file' && b.kind === 'file') {
    const [one, two] = await Promise.all([realFolder(a.path), realFolder(b.path)]);
    return contains(one, two) || contains(two, one);
  }
  if (a.kind !== 's3' || b.kind !== 's3' || a.s3.bucket !== b.s3.bucket || hostOf(a) !== hostOf(b)) return false;
  const [one, two] = [prefixOf(a), prefixOf(b)];
  return one.startsWith(two) || two.startsWith(one);
}

function contains(folder: string, other: string): boolean {
  const path = relative(folder, other);
  return path === '' || !path.startsWith('..');
}

/** Without links, as far as it exists. */
async function realFolder(path: string): Promise<string> {
  const full = resolve(path);
  return realpath(full).catch(async () =>
    full === dirname(full) ? full : join(await realFolder(dirname(full)), full.slice(dirname(full).length)),
  );
}

function hostOf({ s3 }: RepositoryPlace & { kind: 's3' }): string {
  return s3.endpoint === undefined ? `aws ${s3.region}` : new URL(s3.endpoint).host;
}

function prefixOf({ s3 }: RepositoryPlace & { kind: 's3' }): string {
  const prefix = (s3.prefix ?? '').replace(/^\/+|\/+$/g, '');
  return prefix && `${prefix}/`;
}
