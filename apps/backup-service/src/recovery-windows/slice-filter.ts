import { isScratchDatabase } from '../captures/mongodb/capture-plan.ts';
import { operationsOf, type TimedEntry } from '../captures/mongodb/oplog-window.ts';
import { isStagingName } from '../captures/mongodb/restore-names.ts';

/** Of `admin`: what a restore can bring back. */
const ADMIN_COLLECTIONS = ['system.users', 'system.roles', 'system.version'];

/**
 * Does this entry belong into the oplog slices? Left out are the server's own databases but users, roles and the feature
 * compatibility version; the control database, which no backup holds; and the documents of a restore in progress. The parts of
 * a transaction are never parted.
 * @param place where the entry is in its transaction (`OpenTransactions.add`)
 */
export function belongsInSlices(entry: TimedEntry, place: 'open' | 'end' | 'alone', controlDatabase: string): boolean {
  if (entry.op === 'n') return false;
  if (place !== 'alone') return true;
  if (entry.op === 'c' && entry.command !== 'applyOps') return isWatched(entry.ns, true, controlDatabase);
  return operationsOf(entry).some(({ op, ns }) => isWatched(ns, op === 'c', controlDatabase));
}

/** The same for an entry of data, which stands for itself. */
export function isDataForSlices({ op, ns }: { op: string; ns: string }, controlDatabase: string): boolean {
  return op !== 'n' && isWatched(ns, false, controlDatabase);
}

function isWatched(namespace: string, isCommand: boolean, controlDatabase: string): boolean {
  const dot = namespace.indexOf('.');
  const [database, collection] = [namespace.slice(0, dot), namespace.slice(dot + 1)];
  if (database === 'local' || database === 'config' || database === controlDatabase) return false;
  if (isScratchDatabase(database)) return false;
  if (database === 'admin') return ADMIN_COLLECTIONS.includes(collection);
  return isCommand || !isStagingName(collection);
}
