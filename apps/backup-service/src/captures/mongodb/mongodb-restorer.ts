import type { EngineTls } from '@lucid/clients/engine-tls';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { refuseTimeOfCluster } from '@lucid/service-kit/backups/restore-targets';
import type { MongoClient } from 'mongodb';
import { isOfCluster } from '../../backups/backup-record.ts';
import type { EngineRestored, EngineRestorePlan, EngineRestorer, RestoreInput, RestoreRun } from '../restore-port.ts';
import type { ClusterSource } from './cluster/cluster-source.ts';
import { clusterOf, planThroughRouter } from './cluster/plan-through-router.ts';
import { restoreCluster } from './cluster/restore-cluster.ts';
import { RouterWriter } from './cluster/router-writer.ts';
import type { MongodbManifest } from './manifest.ts';
import { RestoreJournal } from './restore-journal.ts';
import { shardSource, snapshotSource } from './restore-manifest-source.ts';
import { discardRestore, restoreMongodb } from './restore-mongodb.ts';
import { commentOf } from './restore-operations.ts';
import { draftRestore, ownWorkOf, refuseConflicts, type RestorePlan } from './restore-plan.ts';
import type { RestoreSource } from './restore-source.ts';
import type { UserName } from './restore-users.ts';
import { inspectTarget, isRouter } from './restore-target.ts';
import { WireRestoreWriter } from './restore-wire-writer.ts';
import { WriteBlocks } from './write-blocks.ts';

export interface MongodbRestorerOptions {
  readonly client: MongoClient;
  readonly uri: string;
  readonly tls?: EngineTls;
  readonly controlDatabase: string;
  /** The database whose `backups`, `audit_logs` and `alerts` an in-place restore keeps. */
  readonly mainDatabase: string;
  /** Users of the service itself, beside the one of `client`: a restore of users leaves them as they are. */
  readonly ownUsers?: readonly UserName[];
  /** The source at another time than the backup's own, where the request names one. */
  readonly sourceAt?: (
    input: RestoreInput,
    request: BackupRestorePayload,
    signal: AbortSignal,
  ) => Promise<RestoreSource | undefined>;
  /** Told before anything live is replaced, and after; may be told twice. */
  readonly noteRestore?: (
    restore: { restoreId: string; isInPlace: boolean },
    phase: 'begins' | 'ended',
  ) => Promise<void>;
}

export interface MongodbRestorePlan extends EngineRestorePlan {
  readonly source: RestoreSource;
  /** Where it goes through a router. */
  readonly cluster?: ClusterSource;
  readonly plan: RestorePlan;
}

/** Brings MongoDB back: plan, staging, oplog, verification, swap (see `restore-mongodb.ts`). */
export class MongodbRestorer implements EngineRestorer<MongodbRestorePlan> {
  readonly engine = 'mongodb';
  private readonly options: MongodbRestorerOptions;
  private readonly journal: RestoreJournal;
  private readonly writeBlocks: WriteBlocks;

  constructor(options: MongodbRestorerOptions) {
    this.options = options;
    this.journal = new RestoreJournal(options.client, options.controlDatabase);
    this.writeBlocks = new WriteBlocks(options.client, options.controlDatabase);
  }

  async plan(input: RestoreInput, request: BackupRestorePayload, run: RestoreRun): Promise<MongodbRestorePlan> {
    const { client, controlDatabase, mainDatabase, sourceAt } = this.options;
    const isCluster = await isRouter(client);
    refuseTimeOfCluster(request, isCluster || isOfCluster(input.manifest));
    const cluster = isCluster ? clusterOf(input, request.shard) : undefined;
    const source = cluster?.whole ?? (await sourceAt?.(input, request, run.signal)) ?? ownSource(input, request.shard);
    const { targetDatabase, namespaces, renames } = request;
    const wanted = {
      ...(targetDatabase !== undefined && { targetDatabase }),
      ...(namespaces && { namespaces }),
      ...(renames && { renames }),
    };
    const rules = { controlDatabase, mainDatabase, own: ownWorkOf(await this.journal.find(run.restoreId)) };
    const target = await inspectTarget(client, databasesOf(source, request), isCluster);
    const drafted = draftRestore(source, wanted, target, rules);
    const draft = cluster ? planThroughRouter(drafted, cluster, target, rules.own) : drafted;
    const plan = request.dryRun ? draft : refuseConflicts(draft);
    const targets = new Set(plan.namespaces.map((one) => databaseOf(one.target)));
    return {
      source,
      ...(cluster && { cluster }),
      plan,
      bytes: plan.bytes,
      warnings: plan.warnings,
      conflicts: plan.conflicts,
      versions: { engine: 'mongodb', ...plan.versions },
      lead: { targetOf: (namespace) => plan.namespaces.find((one) => one.source === namespace)?.target },
      resources: [...targets].sort().map((database) => `database:${database}`),
      namespaces: plan.namespaces.map(({ source: from, target: to, documents, bytes, indexes, replaces }) => ({
        ...{ documents, bytes, indexes, replaces },
        source: from,
        target: to,
      })),
    };
  }

  async restore(input: RestoreInput, planned: MongodbRestorePlan, run: RestoreRun): Promise<EngineRestored> {
    if (planned.cluster) return this.restoreThroughRouter(input, planned.plan, planned.cluster, run);
    const { client, uri, tls, noteRestore, ownUsers = [] } = this.options;
    const { source, plan } = planned;
    const { restoreId, clock, logger, signal } = run;
    const noted = { restoreId, isInPlace: plan.namespaces.some((one) => one.source === one.target) };
    const writer = new WireRestoreWriter(new Topology(uri, tls), commentOf(restoreId));
    try {
      const context = {
        ...{
          restoreId,
          client,
          writer,
          journal: this.journal,
          writeBlocks: this.writeBlocks,
          source,
          plan,
          ownUsers,
          clock,
          logger,
          signal,
        },
        assertHeld: async () => {
          await run.assertHeld();
          await noteRestore?.(noted, 'begins');
        },
        progress: (progress: Parameters<RestoreRun['progress']>[0]) => run.progress(progress),
      };
      const restored = await restoreMongodb(context, source.backupId ?? input.backupId);
      await noteRestore?.(noted, 'ended');
      const warnings = restored.uncompared.map(
        (name) => `${name}: its documents were replayed from the oplog and could only be counted`,
      );
      return { namespaces: restored.namespaces, operations: restored.oplogEntries, warnings };
    } finally {
      writer.close();
    }
  }

  /** Nothing that is there is replaced, so nobody is told, and no writes are held. */
  private async restoreThroughRouter(
    input: RestoreInput,
    plan: RestorePlan,
    cluster: ClusterSource,
    run: RestoreRun,
  ): Promise<EngineRestored> {
    const { client, uri, tls } = this.options;
    const { restoreId, clock, logger, signal } = run;
    const writer = new RouterWriter(new Topology(uri, tls), clock, commentOf(restoreId));
    try {
      const context = {
        ...{ restoreId, client, writer, journal: this.journal, cluster, plan, clock, logger, signal },
        assertHeld: () => run.assertHeld(),
        progress: (progress: Parameters<RestoreRun['progress']>[0]) => run.progress(progress),
      };
      const { namespaces, oplogEntries, warnings } = await restoreCluster(context, input.backupId);
      return { namespaces, operations: oplogEntries, warnings };
    } finally {
      writer.close();
    }
  }

  /** Removes the staging, but of a restore that can only go forward: that one is finished by running it again. */
  async discard(restoreId: string): Promise<boolean> {
    return discardRestore(this.options.client, this.journal, restoreId);
  }

  recover(isOver: (restoreId: string) => Promise<boolean>): Promise<string[]> {
    return this.writeBlocks.release(isOver);
  }

  async leftBehind(isOver: (restoreId: string) => Promise<boolean>): Promise<string[]> {
    const left: string[] = [];
    for (const id of await this.journal.unfinished()) if (await isOver(id)) left.push(id);
    return left;
  }
}

/** The backup at its own instant. @param shard its part of a sharded cluster's. @throws AppError RESTORE_REFUSED (no such shard) */
export function ownSource({ reader, manifest, isWhole }: RestoreInput, shard?: string): RestoreSource {
  const mongodb = manifest as unknown as MongodbManifest;
  if (shard !== undefined) return shardSource(reader, mongodb, shard);
  const databases = new Set(mongodb.collections.map(({ database }) => database));
  return snapshotSource(reader, mongodb, isWhole ? [...databases] : []);
}

function databasesOf(source: RestoreSource, { targetDatabase, renames = {} }: BackupRestorePayload): string[] {
  const named = [...source.collections, ...source.views].map(({ namespace }) => namespace);
  const databases = [...named, ...Object.values(renames)].map(databaseOf);
  return targetDatabase === undefined ? databases : [...databases, targetDatabase];
}

function databaseOf(namespace: string): string {
  return namespace.split('.', 1)[0] ?? '';
}
