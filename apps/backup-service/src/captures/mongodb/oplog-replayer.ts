import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import { AppError } from '@lucid/core/app-error';
import { type DataOperation, rewriteOperation } from './oplog-rewriter.ts';
import { RestoreCatalogue } from './restore-catalogue.ts';
import type { RestoreContext } from './restore-context.ts';
import { refillCapped } from './restore-data.ts';
import type { Namespace } from './restore-names.ts';
import { underOnePrimary } from './restore-primary.ts';
import { oplogOperations, type RestoreUnit } from './restore-units.ts';

const MAX_ENTRIES = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** UpdateOperationFailed: the document of an update is not there. */
const MISSING_DOCUMENT = 218;

interface Pending {
  readonly entry: Buffer;
  readonly isUpdate: boolean;
}

/**
 * Replays the oplog over the working collections of `units`, in order, in batches of `applyOps`. The documents were read while
 * the oplog ran, so an entry may meet its own result, or a later one; all of it converges at the last entry: an insert
 * replaces, a delete of a missing document does nothing, an update of a missing one is passed over (a later entry deletes it), and
 * there are no unique indexes and no validators yet. So it may be run again from its start, after a kill or a change of
 * primary, as long as no index was built; capped collections, which evict by themselves, are filled anew first. The user needs `anyAction` on `anyResource` (docs of applyOps).
 * @returns the number of entries applied
 */
export function replayOplog(
  context: RestoreContext,
  units: readonly RestoreUnit[],
  total: number,
  isAgain: boolean,
): Promise<number> {
  const { client, clock, signal, journal, restoreId } = context;
  return underOnePrimary(client, clock, signal, async (attempt) => {
    if (isAgain || attempt > 1) await refillCapped(context, units);
    const applied = await replayOnce(context, units, total);
    await journal.setPhase(restoreId, 'restore'); // the majority write behind the w:1 ones
    return applied;
  });
}

async function replayOnce(context: RestoreContext, units: readonly RestoreUnit[], total: number): Promise<number> {
  const { source, plan, signal, writer } = context;
  const targets = new Map(units.map(({ number, physical }) => [number, physical]));
  const allowed = new Set(units.map(({ physical }) => nameOf(physical)));
  const isAllowed = (target: Namespace): boolean => allowed.has(nameOf(target));
  let [batch, bytes, applied, seen]: [Pending[], number, number, number] = [[], 0, 0, 0];
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    await applyBatch((entries) => writer.applyOps(entries, signal), batch);
    applied += batch.length;
    [batch, bytes] = [[], 0];
    context.progress({ phase: 'oplog', done: seen, total, unit: 'entries' });
  };
  for await (const operation of oplogOperations(source, plan, new RestoreCatalogue(source), signal)) {
    seen += 1;
    const target = targets.get(operation.collection.number);
    if (!target) continue;
    const pending = toPending(operation, target, isAllowed);
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + pending.entry.length > MAX_BYTES)) await flush();
    batch.push(pending);
    bytes += pending.entry.length;
  }
  if (batch.length > 0) await flush();
  return applied;
}

function toPending(operation: DataOperation, target: Namespace, isAllowed: (target: Namespace) => boolean): Pending {
  return { entry: rewriteOperation(operation, target, isAllowed), isUpdate: operation.op === 'u' };
}

/** Halves a batch that holds an update of a missing document until it stands alone, and passes over it. */
async function applyBatch(apply: (entries: Buffer[]) => Promise<void>, batch: readonly Pending[]): Promise<void> {
  try {
    await apply(batch.map(({ entry }) => entry));
  } catch (error) {
    if (serverCodeOf(error) !== MISSING_DOCUMENT) throw replayError(error);
    const [first] = batch;
    if (batch.length === 1 && first?.isUpdate) return;
    const middle = Math.ceil(batch.length / 2);
    if (batch.length === 1) throw replayError(error);
    await applyBatch(apply, batch.slice(0, middle));
    await applyBatch(apply, batch.slice(middle));
  }
}

/** Errors of the connection keep their kind: the caller begins again under the next primary. */
function replayError(error: unknown): unknown {
  const isOfEntry = [2, 9, 14, 26, 28, 40, 121, 11_000].includes(serverCodeOf(error) ?? 0);
  return isOfEntry
    ? new AppError('RESTORE_MISMATCH', 'MongoDB refused an entry of the oplog of this backup.', { cause: error })
    : error;
}

function nameOf({ database, collection }: Namespace): string {
  return `${database}.${collection}`;
}
