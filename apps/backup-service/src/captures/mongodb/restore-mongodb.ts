import { AppError, isAppError } from '@lucid/core/app-error';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import type { RestoreContext } from './restore-context.ts';
import { isFreeToDrop } from './restore-claims.ts';
import { dropIfThere, uuidOf } from './restore-collections.ts';
import { restoreData } from './restore-data.ts';
import { restoreIndexes, setExpiry } from './restore-indexes.ts';
import type { DirectClaim, GroupName, GroupState, RestoreJournal } from './restore-journal.ts';
import { parseNamespace, stagingPrefix } from './restore-names.ts';
import { killOperations } from './restore-operations.ts';
import { replayOplog } from './oplog-replayer.ts';
import { listCollections } from './restore-target.ts';
import { swapIn } from './restore-swap.ts';
import { findUnits, type RestoreUnit, type RestoreUnits } from './restore-units.ts';
import { restoreUsersAndRoles } from './restore-users.ts';
import { verifyRestored } from './restore-verify.ts';
import type { MongoClient } from 'mongodb';

export interface MongodbRestored {
  readonly namespaces: readonly { readonly source: string; readonly target: string; readonly documents: number }[];
  readonly oplogEntries: number;
  /** Collections whose content could not be compared with the backup (their indexes were). */
  readonly uncompared: readonly string[];
}

/**
 * Restores a backup of MongoDB by its plan. Everything is built and verified under staging names, in the target database, and
 * gets its final name at the end, so nothing half-made ever stands under one; time-series collections, which cannot be renamed, are
 * made under their own names after all else is verified. Called again with the same id, after a kill or an abort at any
 * point, it goes on: filled collections are kept, the oplog is replayed from its start, and once the swap began it only goes forward.
 * An abort leaves the staging for the next run; `discardRestore` removes it.
 * @throws AppError RESTORE_MISMATCH, RESTORE_CONFLICT, RESTORE_REFUSED, OPLOG_GAP, CHUNK_CORRUPT, CHUNK_MISSING, MONGODB_UNAVAILABLE,
 * LEASE_LOST, and the signal's reason
 */
export async function restoreMongodb(context: RestoreContext, backupId: string): Promise<MongodbRestored> {
  try {
    return await runRestore(context, backupId);
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : (toMongoAppError(error) ?? error);
  }
}

async function runRestore(context: RestoreContext, backupId: string): Promise<MongodbRestored> {
  const { client, journal, restoreId, plan, source, signal } = context;
  const found = await findUnits(source, plan, restoreId, signal);
  const databases = [...new Set([...found.units, ...found.views].map(({ final }) => final.database))];
  const state = await journal.open(restoreId, backupId, databases);
  if (state.backupId !== backupId) throw begunOtherwise(state.backupId);
  const uncompared: string[] = [];
  if (state.phase === 'restore')
    uncompared.push(...(await restoreGroup(context, 'staged', state.groups.staged, found)));
  if (state.phase === 'restore' || state.phase === 'swap') {
    await holdingWrites(context, async () => {
      if (state.phase === 'restore') {
        uncompared.push(...(await restoreGroup(context, 'direct', state.groups.direct, found)));
        await context.assertHeld();
        await journal.setPhase(restoreId, 'swap');
      }
      await swapIn(context, found);
      await journal.setPhase(restoreId, 'finish');
    });
  }
  // A run that was killed after its last swap has not come to let go.
  await context.writeBlocks.lift(restoreId);
  if (state.phase !== 'done') await finish(context, found);
  return {
    namespaces: await restoredNamespaces(client, found.units),
    oplogEntries: found.oplogEntries,
    uncompared,
  };
}

/** What was filled from one backup must not be taken for what another one holds. */
function begunOtherwise(backupId: string): AppError {
  const detail = `This restore began with the backup ${backupId}, which no longer leads to the chosen time: restore again.`;
  return new AppError('RESTORE_REFUSED', detail);
}

const STATES: readonly GroupState[] = ['data', 'oplog', 'indexes', 'verify', 'ready'];

/** Brings one group from the state it has to `ready`. */
async function restoreGroup(
  context: RestoreContext,
  group: GroupName,
  reached: GroupState,
  { units: all, oplogEntries }: RestoreUnits,
): Promise<string[]> {
  const units = all.filter(({ isDirect }) => isDirect === (group === 'direct'));
  let uncompared: string[] = [];
  const steps: Record<GroupState, () => Promise<void>> = {
    data: () => restoreData(context, units),
    oplog: async () => {
      if (units.length > 0) await replayOplog(context, units, oplogEntries, reached === 'oplog');
    },
    indexes: () => restoreIndexes(context, units),
    verify: async () => {
      uncompared = await verifyRestored(context, units);
    },
    ready: () => Promise.resolve(),
  };
  try {
    for (const state of STATES.slice(STATES.indexOf(reached))) {
      context.signal.throwIfAborted();
      await context.journal.setGroup(context.restoreId, group, state);
      await steps[state]();
    }
  } catch (error) {
    // What differs is worth nothing: the next run fills these collections anew.
    const numbers = units.map(({ number }) => number);
    if (isAppError(error, 'RESTORE_MISMATCH')) await context.journal.forget(context.restoreId, group, numbers);
    throw error;
  }
  return uncompared;
}

/**
 * User writes are held where live collections are replaced: while time-series collections are made under their own names, and for the
 * swap, which is short and is not aborted half-way. Whoever may write past the block is seen by the verification.
 */
function holdingWrites(context: RestoreContext, action: () => Promise<void>): Promise<void> {
  const { writeBlocks, restoreId, plan } = context;
  const replacesLive = plan.namespaces.some(({ source, target, replaces }) => replaces && source === target);
  return replacesLive ? writeBlocks.during(restoreId, action) : action();
}

async function finish(context: RestoreContext, { units }: RestoreUnits): Promise<void> {
  const { client, journal, restoreId, plan, source } = context;
  if (plan.usersAndRoles) await restoreUsersAndRoles(client, source.users ?? [], source.roles ?? [], context.ownUsers);
  for (const unit of units) await setExpiry(client, unit);
  await dropStaging(client, restoreId, (await journal.find(restoreId))?.databases ?? []);
  await journal.setPhase(restoreId, 'done');
}

export async function restoredNamespaces(
  client: MongoClient,
  units: readonly RestoreUnit[],
): Promise<MongodbRestored['namespaces']> {
  const restored = [];
  for (const { collection, final } of units) {
    const documents = await client.db(final.database).collection(final.collection).estimatedDocumentCount();
    restored.push({ source: collection.namespace, target: `${final.database}.${final.collection}`, documents });
  }
  return restored;
}

/** A server that was held up may have done in the meantime what it was asked before: so often what is there is looked at again. */
const DISCARD_PASSES = 3;

/**
 * Gives a restore up: ends what the server still does for it, drops its staging collections and forgets it. Refused by doing nothing once the
 * swap began: then run it again instead. What it had made under a final name (time-series collections) is dropped too where it is still this
 * restore's. May be called twice, and long after. @returns false where the restore can only go forward
 */
export async function discardRestore(
  client: MongoClient,
  journal: RestoreJournal,
  restoreId: string,
): Promise<boolean> {
  const state = await journal.find(restoreId);
  if (!state) return true;
  if (state.phase === 'swap' || state.phase === 'finish') return false;
  await killOperations(client, restoreId);
  for (const claim of state.phase === 'restore' ? Object.values(state.claims) : []) await dropClaimed(client, claim);
  for (let pass = 1; pass <= DISCARD_PASSES; pass += 1)
    if ((await dropStaging(client, restoreId, state.databases)) === 0) break;
  await journal.remove(restoreId);
  return true;
}

/** What was there before it stays, and what somebody else has made of that name since. */
async function dropClaimed(client: MongoClient, claim: DirectClaim): Promise<void> {
  const namespace = parseNamespace(claim.target);
  if ((await uuidOf(client, namespace)) === claim.previous) return;
  if (await isFreeToDrop(client, claim)) await dropIfThere(client, namespace);
}

/** @returns how many there were */
export async function dropStaging(
  client: MongoClient,
  restoreId: string,
  databases: readonly string[],
): Promise<number> {
  const prefix = stagingPrefix(restoreId);
  let dropped = 0;
  for (const database of databases) {
    for (const { name } of await listCollections(client, database)) {
      if (!name.startsWith(prefix)) continue;
      await dropIfThere(client, { database, collection: name });
      dropped += 1;
    }
  }
  return dropped;
}
