import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import {
  backupRestore,
  type BackupRestorePayload,
  type BackupRestoreResult,
} from '@lucid/jobs/contracts/backup-restore';
import type { JobContext } from '@lucid/jobs/job-handler';
import { isFinal } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { mongodbUri } from '@lucid/service-kit/settings';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { MongoClient } from 'mongodb';
import { readBackupMeta } from '../backups/backup-record.ts';
import type { MongodbManifest } from '../captures/mongodb/manifest.ts';
import { RestoreJournal } from '../captures/mongodb/restore-journal.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import { discardRestore, restoreMongodb, type MongodbRestored } from '../captures/mongodb/restore-mongodb.ts';
import { ownWorkOf, planRestore, type RestorePlan } from '../captures/mongodb/restore-plan.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import { inspectTarget } from '../captures/mongodb/restore-target.ts';
import { WireRestoreWriter } from '../captures/mongodb/restore-wire-writer.ts';
import { releaseWriteBlocks } from '../captures/mongodb/restore-write-block.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';

/** Brings a backup back, or says with `dryRun` what that would do. */
@Injectable()
export class RestoreBackupFlow implements OnModuleInit {
  private readonly journal: RestoreJournal;

  constructor(
    private readonly repositories: RepositoriesService,
    private readonly client: MongoClient,
    private readonly jobs: JobService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {
    this.journal = new RestoreJournal(client, config.controlDatabase);
  }

  /** A restore that ended while it held user writes must not hold them until somebody notices. */
  async onModuleInit(): Promise<void> {
    const released = await releaseWriteBlocks(this.client, this.journal, (id) => this.isOver(id));
    if (released.length > 0)
      this.logger.warn({ restores: released }, 'lifted the write block that a killed restore left');
  }

  /** Will nobody go on with this restore? Its id is the job's. */
  private async isOver(restoreId: string): Promise<boolean> {
    try {
      return isFinal((await this.jobs.get(restoreId)).state);
    } catch (error) {
      if (isAppError(error, 'JOB_NOT_FOUND')) return true;
      throw error;
    }
  }

  async run(context: JobContext<BackupRestorePayload>): Promise<BackupRestoreResult> {
    const { payload } = context;
    if (payload.pointInTime !== undefined) {
      throw new AppError(
        'RESTORE_REFUSED',
        'there is no oplog capture yet, so a backup is restored to its own instant only',
      );
    }
    const startedAt = this.clock.now().toISOString();
    const source = await this.open(payload.backupId);
    const plan = await this.plan(context, source);
    const restored = payload.dryRun ? undefined : await this.restore(context, source, plan);
    return this.toResult(payload, plan, restored, startedAt);
  }

  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, BACKUP_ENGINE_UNSUPPORTED */
  private async open(backupId: string): Promise<RestoreSource> {
    const reader = await this.repositories.get().readSnapshot(backupId);
    const meta = readBackupMeta(reader);
    const manifest = meta.engines['mongodb'] as unknown as MongodbManifest | undefined;
    if (!manifest) throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `the backup ${backupId} does not hold MongoDB`);
    const databases = new Set(manifest.collections.map(({ database }) => database));
    return snapshotSource(reader, manifest, meta.isWhole ? [...databases] : []);
  }

  private async plan(context: JobContext<BackupRestorePayload>, source: RestoreSource): Promise<RestorePlan> {
    const { targetDatabase, namespaces, renames } = context.payload;
    const rules = {
      controlDatabase: this.config.controlDatabase,
      mainDatabase: this.config.mongodbDatabase,
      own: ownWorkOf(await this.journal.find(context.job.id)),
    };
    const request = {
      ...(targetDatabase !== undefined && { targetDatabase }),
      ...(namespaces && { namespaces }),
      ...(renames && { renames }),
    };
    const named = [...source.collections, ...source.views].map(({ namespace }) => namespace);
    const databases = [...named, ...Object.values(renames ?? {})].map((namespace) => namespace.split('.', 1)[0] ?? '');
    const target = await inspectTarget(this.client, [
      ...databases,
      ...(targetDatabase === undefined ? [] : [targetDatabase]),
    ]);
    return planRestore(source, request, target, rules);
  }

  private async restore(
    context: JobContext<BackupRestorePayload>,
    source: RestoreSource,
    plan: RestorePlan,
  ): Promise<MongodbRestored> {
    await this.acquireDatabases(context, plan);
    const topology = new Topology(mongodbUri(this.config), mongodbTls(this.config));
    const writer = new WireRestoreWriter(topology, this.client);
    const { client, journal, clock } = this;
    const { signal, logger, job } = context;
    try {
      return await restoreMongodb(
        {
          ...{ restoreId: job.id, client, writer, journal, source, plan, clock, logger, signal },
          assertHeld: () => context.assertHeld(),
          progress: (progress) => context.progress(progress),
        },
        context.payload.backupId,
      );
    } catch (error) {
      if (isLast(context, error)) await this.discard(job.id);
      throw error;
    } finally {
      writer.close();
    }
  }

  /** Two restores must not build in one database at once; the lease of the job covers only what its request names. */
  private async acquireDatabases(context: JobContext<BackupRestorePayload>, plan: RestorePlan): Promise<void> {
    const targets = new Set(plan.namespaces.map(({ target }) => target.split('.', 1)[0] ?? ''));
    const held = new Set(backupRestore.resources(context.payload));
    for (const database of [...targets].sort()) {
      if (!held.has(`database:${database}`)) await context.acquire(`database:${database}`);
    }
  }

  private async discard(restoreId: string): Promise<void> {
    try {
      const isGone = await discardRestore(this.client, this.journal, restoreId);
      if (!isGone) this.logger.error({ restoreId }, 'the restore failed in its last step; run it again to finish it');
    } catch (error) {
      this.logger.error({ err: error, restoreId }, 'what the failed restore left could not be removed');
    }
  }

  private toResult(
    { backupId, dryRun = false }: BackupRestorePayload,
    plan: RestorePlan,
    restored: MongodbRestored | undefined,
    startedAt: string,
  ): BackupRestoreResult {
    const counts = new Map(restored?.namespaces.map(({ target, documents }) => [target, documents]));
    const namespaces = plan.namespaces.map(({ source, target, documents, bytes, indexes, replaces }) => ({
      ...{ source, target, bytes, indexes, replaces },
      documents: counts.get(target) ?? documents,
    }));
    const uncompared = restored?.uncompared ?? [];
    const notes = uncompared.map(
      (name) => `${name}: its documents were replayed from the oplog and could only be counted`,
    );
    const warnings = [...plan.warnings, ...notes];
    return {
      backupId,
      dryRun,
      namespaces,
      documents: namespaces.reduce((sum, { documents }) => sum + documents, 0),
      plainBytes: plan.bytes,
      oplogEntries: restored?.oplogEntries ?? 0,
      startedAt,
      finishedAt: this.clock.now().toISOString(),
      ...(warnings.length > 0 && { warnings }),
    };
  }
}

/** Will this job not be run again? Then nothing it has built may stay; an interrupted one goes on with it. */
function isLast({ job, signal }: JobContext<BackupRestorePayload>, error: unknown): boolean {
  if (signal.aborted) return (signal.reason as AppError).code === 'JOB_CANCELLED';
  return !(error instanceof AppError) || !error.retryable || job.attempts >= backupRestore.attempts;
}
