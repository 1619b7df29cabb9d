import { putCommit } from './commit.ts';
import { KEYS, isSnapshotId } from './format.ts';
import type { ListedAttempt } from './intents.ts';
import { listCommitted } from './load-snapshot.ts';
import type { GarbageOptions } from './maintenance-types.ts';
import type { RepositoryContext } from './repository-context.ts';

/**
 * Ends every attempt that is dead or committed, and says which are left. A dead one is declared dead where the writer would
 * decide too, so it can never commit; one that had decided to commit is carried through.
 */
export async function settleAttempts(
  context: RepositoryContext,
  { isAlive, dryRun }: Pick<GarbageOptions, 'isAlive' | 'dryRun'>,
): Promise<ListedAttempt[]> {
  const { store, intents, ownership } = context;
  const listed = await intents.list();
  const committed = new Set(await listCommitted(store));
  const { epoch } = await ownership.assertOwn();
  const alive: ListedAttempt[] = [];
  for (const attempt of listed) {
    const hasEnded = committed.has(attempt.snapshotId) || !attempt.hasIntent;
    const isDead =
      hasEnded || isSuperseded(attempt, listed, epoch) || !(await isAlive(attempt.snapshotId, attempt.info));
    if (!isDead) alive.push(attempt);
    else if (!dryRun) {
      if (!hasEnded) await declareDead(context, attempt);
      await intents.remove(attempt);
    }
  }
  return alive;
}

/**
 * Removes manifests without COMMIT whose attempts have ended. In this order: what is listed here had its intent before, so
 * an intent that is gone afterwards belongs to an attempt that has ended; and if it ended well there is a COMMIT now.
 */
export async function removeDeadManifests(context: RepositoryContext): Promise<void> {
  const { store, intents } = context;
  const manifests: { id: string; key: string }[] = [];
  const committed = new Set<string>();
  for await (const key of store.list(KEYS.snapshots)) {
    const [, id, name] = key.split('/');
    if (!id || !isSnapshotId(id) || !name) continue;
    if (name === 'COMMIT') committed.add(id);
    else if (name.startsWith('manifest-')) manifests.push({ id, key });
  }
  const left = manifests.filter(({ id }) => !committed.has(id));
  if (left.length === 0) return;
  const running = new Set((await intents.list()).map(({ snapshotId }) => snapshotId));
  for (const { id, key } of left) {
    if (!running.has(id) && !(await store.stat(KEYS.commit(id)))) await store.remove(key);
  }
  await store.flush();
}

function isSuperseded({ info, snapshotId }: ListedAttempt, all: readonly ListedAttempt[], epoch: number): boolean {
  if (!info) return false;
  const newer = all.some(
    (other) => other.snapshotId === snapshotId && (other.info?.fencingToken ?? 0) > info.fencingToken,
  );
  return info.ownerEpoch < epoch || newer;
}

async function declareDead({ store, keys, intents }: RepositoryContext, attempt: ListedAttempt): Promise<void> {
  const end = await intents.decide(attempt, { state: 'dead' });
  // Read in this order: an end that is written when the attempt has been cleared away, intent first, has no force.
  if (end?.state !== 'commit' || !(await intents.exists(attempt))) return;
  const { commit } = end;
  // Without its manifest it was removed, or cleared away by another attempt that has committed since.
  if (!(await store.stat(KEYS.manifest(commit.id, commit.manifestHash)))) return;
  await putCommit(store, keys.authKey, commit);
}
