import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { connectMongo } from '@lucid/clients/mongodb/connection';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { AppError, isAppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import type { Environment } from '@lucid/core/environment';
import { createLogger } from '@lucid/core/logger';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { JobService } from '@lucid/jobs/job-service';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { mongodbUri } from '@lucid/service-kit/settings';
import { ReadConcern, type Db } from 'mongodb';
import { loadStorageConfig } from '../config.ts';
import { holdMigrations, MIGRATIONS_LEASE } from './hold-migrations.ts';
import { parseMigrateArguments, USAGE, type MigrateArguments } from './migrate-arguments.ts';
import type { MigrationLock } from './migration-run.ts';
import type { VersionedMigration } from './migration.ts';
import {
  MigrationsService,
  type BackupTaker,
  type MigrationOutcome,
  type PlannedMigration,
} from './migrations.service.ts';
import { presentStatus } from './present-status.ts';

export interface MigrateOptions {
  readonly environment: Environment;
  readonly versions: readonly VersionedMigration[];
  /** Takes one line. */
  readonly print: (line: string) => void;
  /** Aborted with JOB_CANCELLED (what is under way is rolled back) or JOB_INTERRUPTED (the next run goes on). */
  readonly signal: AbortSignal;
}

/** Exit codes, of sysexits.h where it has one. */
const EXIT = { done: 0, failed: 1, pending: 3, usage: 64, unavailable: 69, held: 75, config: 78 } as const;

interface Place {
  readonly service: MigrationsService;
  readonly leases: MongoLeaseStore;
  readonly database: Db;
  readonly controlDatabase: Db;
}

/** `migrate status|up|down`, with the configuration of storage-api. @returns the exit code; prints one line that says why not */
export async function runMigrateCommand(args: readonly string[], options: MigrateOptions): Promise<number> {
  let wanted: MigrateArguments;
  try {
    wanted = parseMigrateArguments(args);
  } catch (error) {
    options.print(`migrate: ${(error as Error).message}\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return await withPlace(options, (place) => run(wanted, place, options));
  } catch (error) {
    if (!isAppError(error)) throw error;
    options.print(`migrate: ${error.message} [${error.code}]`);
    for (const { message } of error.errors ?? []) options.print(`  ${message}`);
    if (error.code === 'LEASE_HELD') return EXIT.held;
    if (error.code === 'CONFIG_INVALID') return EXIT.config;
    return error.retryable ? EXIT.unavailable : EXIT.failed;
  }
}

async function withPlace<T>(options: MigrateOptions, use: (place: Place) => Promise<T>): Promise<T> {
  const config = loadStorageConfig(options.environment);
  const { mongodbDatabase: name, controlDatabase: control } = config;
  const connection = { uri: mongodbUri(config), appName: 'lucid-migrate', database: name, tls: mongodbTls(config) };
  const client = await connectMongo(connection);
  try {
    const majority = { writeConcern: { w: 'majority' }, readConcern: new ReadConcern('majority') } as const;
    const [database, controlDatabase] = [client.db(name), client.db(control, majority)];
    const { versions } = options;
    const service = new MigrationsService({ client, database, controlDatabase, versions, clock: systemClock });
    return await use({ service, database, controlDatabase, leases: new MongoLeaseStore(controlDatabase) });
  } finally {
    await client.close();
  }
}

async function run(wanted: MigrateArguments, place: Place, options: MigrateOptions): Promise<number> {
  const { service } = place;
  const { command, to, steps, dryRun } = wanted;
  if (command === 'status') return status(wanted, place, options);
  if (dryRun) {
    printPlan(command === 'up' ? await service.planUp(to) : await service.planDown({ to, steps }), options);
    return EXIT.done;
  }
  const outcome = await holdMigrations(
    {
      ...{ leases: place.leases, clock: systemClock, signal: options.signal, waitMs: wanted.waitMs },
      holder: `migrate@${hostname()}:${String(process.pid)}`,
      progress: (phase, done, total) => options.print(`${phase} (${String(done + 1)} of ${String(total)})`),
    },
    (lock) => {
      const backup = wanted.backup ? backupTaker(place, options, lock) : null;
      return command === 'up' ? service.up(lock, to, backup) : service.down(lock, { to, steps }, backup);
    },
  );
  printOutcome(outcome, options);
  return EXIT.done;
}

async function status(
  { check }: MigrateArguments,
  { service, leases }: Place,
  options: MigrateOptions,
): Promise<number> {
  const held = await leases.held(MIGRATIONS_LEASE);
  const { items, pending, problems, heldBy } = presentStatus(
    await service.status(),
    held.get(MIGRATIONS_LEASE) ?? null,
  );
  for (const { name, state, appliedAt, step, error, left } of items) {
    const at = appliedAt ? ` ${appliedAt.toISOString()}` : '';
    options.print(
      `${state.padEnd(12)} ${name}${at}${step === null ? '' : ` at step ${step}`}${error === null ? '' : `: ${error}`}`,
    );
    for (const rest of left) options.print(`${''.padEnd(12)} left: ${rest}`);
  }
  for (const problem of problems) options.print(`problem      ${problem}`);
  if (heldBy !== null) options.print(`under way    by ${heldBy}`);
  options.print(`${String(pending)} pending`);
  return check && (pending > 0 || problems.length > 0) ? EXIT.pending : EXIT.done;
}

function printPlan(planned: readonly PlannedMigration[], { print }: MigrateOptions): void {
  for (const { name, direction, changes } of planned) {
    print(`would ${direction === 'up' ? 'apply' : 'undo'} ${name}${changes.length === 0 ? ': nothing to change' : ''}`);
    for (const { action, target, detail } of changes) print(`  would ${action} ${target}${detail && `: ${detail}`}`);
  }
  if (planned.length === 0) print('nothing to do');
}

function printOutcome({ applied, reverted, left, backupId }: MigrationOutcome, { print }: MigrateOptions): void {
  if (backupId !== null) print(`backup ${backupId} has the state before`);
  for (const name of applied) print(`applied ${name}`);
  for (const name of reverted) print(`undone ${name}`);
  for (const rest of left) print(`left: ${rest}`);
  if (applied.length + reverted.length === 0) print('nothing to do');
}

/** backup-service makes it. Its relay finds the record of the job by itself, so that this needs no queue. */
function backupTaker(place: Place, { print }: MigrateOptions, { runBy, signal }: MigrationLock): BackupTaker {
  const logger = createLogger('migrate', 'silent');
  const queues = {
    open: (): never => {
      throw new AppError('REDIS_UNAVAILABLE', 'the relay of backup-service hands it over');
    },
  };
  const jobs = new JobService({ controlDatabase: place.controlDatabase, queues, clock: systemClock, logger });
  return async (collections) => {
    const payload = { database: place.database.databaseName, collections, label: `before migrations of ${runBy}` };
    const request = { actor: { id: 'migrate', role: 'admin' }, correlationId: randomUUID() };
    let last = await jobs.request(backupCreate, payload, request);
    print(`backup first: ${last.id}; it needs a running backup-service`);
    for await (const record of jobs.watch(last.id, { signal })) last = record;
    if (signal.aborted) {
      await jobs.cancel(last.id).catch(() => undefined);
      throw signal.reason;
    }
    const { backupId } = (last.result ?? {}) as { backupId?: string };
    if (last.state === 'succeeded' && backupId !== undefined) return backupId;
    const detail = `the backup that had to come first is ${last.state} (${last.id}): nothing was changed`;
    throw new AppError('BACKUP_FIRST_FAILED', detail);
  };
}
