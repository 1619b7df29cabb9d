import { toRedisAppError } from '@lucid/clients/redis/connection';
import type { RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import { functionPayload } from '@lucid/clients/redis/rdb/rdb-writer';
import { AppError } from '@lucid/core/app-error';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { EngineRestored, EngineRestorer, RestoreInput, RestoreRun } from '../restore-port.ts';
import { ClusterLanes } from './cluster-lanes.ts';
import { KeyFilter } from './key-selection.ts';
import { namespaceOf, readRedisManifest, type RedisManifest } from './manifest.ts';
import { type EntryVisitor, readEntries } from './read-entries.ts';
import { infoOf, type RedisServers, type RedisTarget, withServers } from './redis-servers.ts';
import { type RestoreLane, type RestoreLanes, ServerLanes } from './restore-lanes.ts';
import { assertSuits, firstOf, planRedisRestore, type RedisRestorePlan, verify } from './restore-plan.ts';
import { sweepKeys, type SweepContext } from './restore-sweep.ts';
import type { VerifiedInput } from './restore-verify.ts';

export type RedisRestorerOptions = RedisTarget;

/**
 * Brings keys back into a Redis that is running, one RESTORE a key. Nothing is staged: a key is replaced in one step by the server,
 * the whole backup is read and checked beforehand, and running again does the same again.
 * Without a choice the databases become what they were: keys that the backup does not have are removed, before (their memory may
 * be needed) and, where others wrote meanwhile, after. Expired keys are passed over.
 */
export class RedisRestorer implements EngineRestorer<RedisRestorePlan> {
  readonly engine = 'redis';
  private readonly options: RedisRestorerOptions;

  constructor(options: RedisRestorerOptions) {
    this.options = options;
  }

  plan(input: RestoreInput, request: BackupRestorePayload, run: RestoreRun): Promise<RedisRestorePlan> {
    return withServers(this.options, run, (servers) => planRedisRestore(servers, input, request, run));
  }

  restore(input: RestoreInput, plan: RedisRestorePlan, run: RestoreRun): Promise<EngineRestored> {
    return withServers(this.options, run, (servers) => this.replace(servers, input, plan, run));
  }

  /** Nothing is staged, and keys that were replaced already are whole. */
  discard(): Promise<boolean> {
    return Promise.resolve(true);
  }

  private async replace(
    servers: RedisServers,
    input: RestoreInput,
    plan: RedisRestorePlan,
    run: RestoreRun,
  ): Promise<EngineRestored> {
    const manifest = readRedisManifest(input.manifest);
    const filter = new KeyFilter(plan.selection);
    const redis = firstOf(servers);
    const before = await infoOf(servers);
    await assertSuits(redis, before, manifest, filter);
    const verified = await verify(redis, input, manifest, filter, run);
    await run.assertHeld();
    const sweep = { reader: input.reader, manifest, nowMs: verified.nowMs, signal: run.signal };
    if (filter.isWhole) {
      await restoreFunctions(servers, verified.functions, manifest);
      const removed = await sweepServers(servers, sweep);
      run.logger.info({ removed }, 'keys that the backup does not have are removed');
    }
    await restoreKeys(servers, input, manifest, { filter, verified, run });
    const warnings: string[] = [];
    if (filter.isWhole) {
      const grown = await compare(servers, verified, warnings);
      if (grown) await sweepServers(servers, sweep);
    }
    const evicted = (await infoOf(servers)).evictedKeys - before.evictedKeys;
    if (evicted > 0)
      warnings.push(`Redis: it evicted ${evicted} keys while they came back: raise maxmemory and restore again`);
    if (verified.expired > 0) warnings.push(`Redis: ${verified.expired} keys had expired and were passed over`);
    return {
      namespaces: [...verified.databases].map(([database, { keys }]) => ({
        target: namespaceOf(database),
        documents: keys,
      })),
      operations: 0,
      warnings,
      ...(evicted > 0 && { isDegraded: true }),
    };
  }
}

interface KeyRestore {
  readonly filter: KeyFilter;
  readonly verified: VerifiedInput & { nowMs: number };
  readonly run: RestoreRun;
}

async function restoreKeys(
  { all, isCluster }: RedisServers,
  { reader }: RestoreInput,
  manifest: RedisManifest,
  { filter, verified, run }: KeyRestore,
): Promise<void> {
  const total = manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const { signal } = run;
  let done = 0;
  let ordinal = 0;
  for (const part of manifest.parts) {
    const options = { rdbVersion: part.rdbVersion, signal };
    const { address } = all[0] as RedisServers['all'][number];
    const lanes = await (isCluster ? ClusterLanes.open(all, options) : ServerLanes.open(address, options));
    const visitor = new RestoreVisitor(lanes, { filter, verified, ordinal });
    try {
      const chunk = (bytes: number): void => {
        lanes.assertWell();
        run.progress({ phase: 'restore', done: (done += bytes), total, unit: 'bytes' });
      };
      const visit = { entry: visitor.entry.bind(visitor), value: visitor.value.bind(visitor), chunk };
      await readEntries(reader, part, visit, signal);
      await lanes.drain();
    } finally {
      lanes.close();
    }
    ordinal = visitor.ordinal;
  }
}

interface Choice {
  readonly filter: KeyFilter;
  readonly verified: VerifiedInput & { nowMs: number };
  /** Number of keys in the parts before. */
  readonly ordinal: number;
}

/** Sends each key that is meant. */
class RestoreVisitor implements EntryVisitor {
  ordinal: number;
  readonly #lanes: RestoreLanes;
  readonly #choice: Choice;
  #lane: RestoreLane | undefined;

  constructor(lanes: RestoreLanes, choice: Choice) {
    this.#lanes = lanes;
    this.#choice = choice;
    this.ordinal = choice.ordinal;
  }

  entry(scanner: RdbScanner, database: number): Promise<void> | undefined {
    const { filter, verified } = this.#choice;
    const { expiresAtMs, isPartial } = scanner.entry;
    const ordinal = this.ordinal++;
    this.#lane = undefined;
    if (!filter.hasDatabase(database) || (!filter.takesEveryKey && !filter.hasKey(scanner.key()))) return undefined;
    if (expiresAtMs >= 0 && expiresAtMs <= verified.nowMs) return undefined;
    const lane = this.#lanes.laneFor(() => scanner.key());
    if (!isPartial) return lane.add(scanner, database);
    const big = verified.bigValues.get(ordinal);
    if (!big) throw new AppError('CHUNK_CORRUPT', 'The backup was read twice and differed.');
    this.#lane = lane;
    return lane.begin(scanner, database, big);
  }

  value(scanner: RdbScanner): Promise<void> | undefined {
    return this.#lane?.piece(scanner.buffer.subarray(scanner.start, scanner.end), scanner.isLastPiece);
  }
}

/** On a cluster every primary has the libraries; they are in each part, so those of the same name are the same. */
async function restoreFunctions(
  { all }: RedisServers,
  codes: readonly Buffer[],
  manifest: RedisManifest,
): Promise<void> {
  const different = [...new Map(codes.map((code) => [code.toString('latin1'), code])).values()];
  if (different.length === 0) return;
  const version = Math.max(...manifest.parts.map(({ rdbVersion }) => rdbVersion));
  for (const { client } of all) {
    await client.call('FUNCTION', 'RESTORE', functionPayload(different, version), 'REPLACE').catch(refusedFunctions);
  }
}

/** A function of the same name in another library is the common case: REPLACE replaces libraries only. */
function refusedFunctions(cause: unknown): never {
  if (toRedisAppError(cause) || !(cause instanceof Error) || cause.name !== 'ReplyError') throw cause;
  const detail = 'Redis refused the function libraries of the backup: delete those there that have the same functions.';
  throw new AppError('RESTORE_CONFLICT', detail, { cause });
}

async function sweepServers({ all }: RedisServers, context: SweepContext): Promise<number> {
  let removed = 0;
  for (const { client } of all) removed += await sweepKeys(client, context);
  return removed;
}

/** Are there more keys than were restored? Fewer are told: they have expired or been evicted since. */
async function compare(servers: RedisServers, { databases }: VerifiedInput, warnings: string[]): Promise<boolean> {
  const { keyspace } = await infoOf(servers);
  let missing = 0;
  for (const [database, { keys }] of databases) missing += Math.max(0, keys - (keyspace.get(database) ?? 0));
  if (missing > 0) warnings.push(`Redis: ${missing} keys are not there any more: they have expired or were evicted`);
  return [...keyspace].some(([database, keys]) => keys > (databases.get(database)?.keys ?? 0));
}
