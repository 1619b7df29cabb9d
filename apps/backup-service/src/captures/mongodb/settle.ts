import { AppError } from '@lucid/core/app-error';
import { includesUsers, isSelectedDatabase, type MongodbCapturePlan } from './capture-plan.ts';
import { type Catalogue, listCatalogue } from './catalogue.ts';
import { type ClusterTime, compareClusterTimes } from './manifest.ts';
import { operationsOf, readOplog } from './oplog-window.ts';
import type { ReadingMember } from './reading-member.ts';

const ATTEMPTS = 20;
const DATA_THAT_IS_CATALOGUE = /\.system\.views$|^admin\.system\.(users|roles)$/;
const DATA_COMMANDS = ['applyOps', 'commitTransaction', 'abortTransaction'];

/**
 * Tend and the catalogue exactly at Tend. A listing has no point in time of its own, so it is repeated until the oplog shows
 * that nothing changed the catalogue while it ran; then it holds for every moment of that span, and Tend is its end.
 * @throws AppError CAPTURE_RESTARTED where the catalogue does not hold still for the time of a listing
 */
export async function settleCatalogue(
  member: ReadingMember,
  plan: MongodbCapturePlan,
  signal: AbortSignal,
): Promise<{ catalogue: Catalogue; tend: ClusterTime }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const from = await member.applied(signal);
    const catalogue = await listCatalogue(member.connection, plan, signal);
    const tend = await member.latest(signal);
    await member.waitForMajority(tend, signal);
    if (!(await changesCatalogue(member, { from, to: tend }, plan, signal))) return { catalogue, tend };
  }
  throw new AppError('CAPTURE_RESTARTED', 'Collections or indexes change faster than they can be listed.');
}

/** Does the oplog after `from` hold anything that changes the catalogue of the plan? */
export async function changesCatalogue(
  member: ReadingMember,
  window: { from: ClusterTime; to: ClusterTime },
  plan: MongodbCapturePlan,
  signal: AbortSignal,
): Promise<boolean> {
  const filter = { $or: [{ op: 'c' }, { ns: { $regex: DATA_THAT_IS_CATALOGUE.source } }] };
  for await (const entry of readOplog(member.connection, { ...window, filter }, signal)) {
    if (compareClusterTimes(entry.ts, window.from) === 0) continue; // applied before the listing began
    const isNested = entry.command === 'applyOps';
    for (const { op, ns } of operationsOf(entry)) {
      const isCommand = op === 'c' && (isNested || !DATA_COMMANDS.includes(entry.command));
      if ((isCommand || DATA_THAT_IS_CATALOGUE.test(ns)) && concerns(plan, ns)) return true;
    }
  }
  return false;
}

function concerns(plan: MongodbCapturePlan, namespace: string): boolean {
  const database = namespace.slice(0, namespace.indexOf('.'));
  return database === 'admin' ? includesUsers(plan) : isSelectedDatabase(plan, database);
}
