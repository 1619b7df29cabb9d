import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS } from './format.ts';
import type { KeySet } from './key-set.ts';
import type { RepositoryContext } from './repository-context.ts';
import { readSettings, writeSettings, type Opened } from './repository-settings.ts';
import type { CreateOptions } from './repository-types.ts';
import { addKeySet } from './rotate-keys.ts';

/**
 * Makes, or opens, a repository with the keys (and so the id) of another one: what is copied needs not be opened, and either of
 * the two can mend the other. The master key that wraps them may be another one.
 * @throws AppError REPOSITORY_MISMATCH where a repository with other keys is there, CONFIG_INVALID
 */
export async function openReplica(store: ObjectStore, keySet: KeySet, options: CreateOptions): Promise<Opened> {
  const opened = (await store.stat(KEYS.config))
    ? await readSettings(store, options)
    : await writeSettings(store, options, keySet);
  if (hasSameKeys(opened.keySet, keySet)) return opened;
  throw new AppError(
    'REPOSITORY_MISMATCH',
    'There is a repository with other keys: a replica needs a place of its own.',
  );
}

export function hasSameKeys(one: KeySet, other: KeySet): boolean {
  const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
  return one.repositoryId === other.repositoryId && same(one.idKey, other.idKey) && same(one.authKey, other.authKey);
}

/**
 * Gives the target every data key of the source, and mostly the source's active one, before a frame arrives that needs it.
 * @throws AppError CONFLICT where the keys are changed at the same time
 */
export async function copyDataKeys(source: RepositoryContext, target: RepositoryContext): Promise<void> {
  await Promise.all([source.ring.refresh(), target.ring.refresh()]);
  const [from, to] = [source.ring.keySet, target.ring.keySet];
  const missing = from.dataKeys.filter(({ id }) => !to.dataKeys.some((key) => key.id === id));
  if (missing.length === 0) return;
  // A target that rotated on its own goes on with its own key.
  const isOwn = !from.dataKeys.some(({ id }) => id === to.activeDataKey);
  const activeDataKey = isOwn ? to.activeDataKey : from.activeDataKey;
  await addKeySet(target, { ...to, dataKeys: [...to.dataKeys, ...missing], activeDataKey });
}
