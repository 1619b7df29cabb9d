import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { EngineTls } from '@lucid/clients/engine-tls';

/** Where a capture puts its streams. */
export type CaptureSink = Pick<SnapshotWriter, 'openStream'>;

export interface MongodbCapturePlan {
  readonly uri: string;
  readonly tls?: EngineTls;
  /** Left out: every user database, and users and roles. */
  readonly database?: string;
  /** Collections, views or time-series collections of `database`; left out: all of them. */
  readonly collections?: readonly string[];
  /** The suite's own records, which no backup holds (`lucid_control`). */
  readonly controlDatabase: string;
}

const SYSTEM_DATABASES = ['admin', 'config', 'local'];
const BUCKETS = 'system.buckets.';
/** Databases that drills restore to: `<id of the job>_<number>`. */
const SCRATCH = /^drill_\d{8}_\d{6}_[0-9a-z]{4}_\d+$/;
/** Collections of a restore in progress. */
const STAGING = /^(system\.buckets\.)?__restore_/;

/** Is it one that a drill restores to? Those are in no backup and in no oplog slice. */
export function isScratchDatabase(database: string): boolean {
  return SCRATCH.test(database);
}

export function isSelectedDatabase(plan: MongodbCapturePlan, database: string): boolean {
  if (SYSTEM_DATABASES.includes(database) || database === plan.controlDatabase) return false;
  if (isScratchDatabase(database)) return false;
  return plan.database === undefined || plan.database === database;
}

/** Is this name of `listCollections` (a view and the buckets of a time-series collection too) in the plan? */
export function isSelectedCollection(plan: MongodbCapturePlan, name: string): boolean {
  if (STAGING.test(name)) return false;
  if (name.startsWith('system.') && !name.startsWith(BUCKETS) && name !== 'system.js') return false;
  const shown = name.startsWith(BUCKETS) ? name.slice(BUCKETS.length) : name;
  return plan.collections === undefined || plan.collections.includes(shown);
}

/** Users and roles belong to a backup of everything only. */
export function includesUsers(plan: MongodbCapturePlan): boolean {
  return plan.database === undefined;
}
