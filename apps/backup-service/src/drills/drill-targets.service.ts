import { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { tmpdir } from 'node:os';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { isFinal } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { MongoClient } from 'mongodb';
import { MongodbRestorer } from '../captures/mongodb/mongodb-restorer.ts';
import { RestoreJournal } from '../captures/mongodb/restore-journal.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RestoreConnection, restoreUri } from '../mongodb-users.ts';
import { sweepDrillFolders } from './drill-folders.ts';
import {
  drillElasticsearch,
  type ElasticsearchDrillOptions,
  findDrillIndices,
  isForgotten,
  removeDrillIndices,
} from './elasticsearch-drill.ts';
import type { DrilledPart, DrillRun } from './engine-drill.ts';
import { findServer } from './find-server.ts';
import { drillRedis } from './redis-drill.ts';
import { ScratchDatabases } from './scratch-databases.ts';

const MEGABYTE = 1_048_576;

/** What drills restore to, and what is left of drills that died. */
@Injectable()
export class DrillTargets implements OnModuleInit {
  readonly scratch: ScratchDatabases;
  readonly topology: Topology;
  readonly restorer: MongodbRestorer;

  readonly client: MongoClient;

  constructor(
    { client }: RestoreConnection,
    private readonly jobs: JobService,
    private readonly elasticsearch: ElasticsearchClient,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {
    const { controlDatabase, mongodbDatabase: mainDatabase } = config;
    this.client = client;
    const [uri, tls] = [restoreUri(config), mongodbTls(config)];
    this.topology = new Topology(uri, tls);
    this.restorer = new MongodbRestorer({ client, uri, controlDatabase, mainDatabase, ...(tls && { tls }) });
    this.scratch = new ScratchDatabases(client, controlDatabase, new RestoreJournal(client, controlDatabase));
  }

  /** Servers and databases of drills that were killed go before the next drill comes. */
  async onModuleInit(): Promise<void> {
    await this.sweepFolders();
    const dropped = await this.scratch.sweep((id) => this.isOver(id));
    if (dropped.length > 0) this.logger.warn({ drills: dropped }, 'dropped the scratch databases that drills left');
    await this.sweepIndices();
  }

  /** What an earlier run of this drill has left that was killed. */
  async removeWhatIsLeft(drillId: string): Promise<void> {
    await this.sweepFolders();
    await this.scratch.drop(drillId);
    await this.searching(() => removeDrillIndices(this.indices, drillId));
  }

  private async sweepIndices(): Promise<void> {
    await this.searching(async () => {
      for (const drillId of await findDrillIndices(this.elasticsearch)) {
        // Another cluster may use the same Elasticsearch.
        if (!(await this.isOver(drillId, isForgotten(drillId, this.clock.now())))) continue;
        await removeDrillIndices(this.indices, drillId);
        this.logger.warn({ drillId }, 'deleted the scratch indices that a drill left');
      }
    });
  }

  /** Where a search engine is not in use, or away, there is nothing to remove now. */
  private async searching(remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (error) {
      this.logger.warn({ err: error }, 'scratch indices of killed drills could not be looked for');
    }
  }

  private get indices(): ElasticsearchDrillOptions {
    return { client: this.elasticsearch, snapshotPath: this.config.elasticsearchSnapshotPath };
  }

  drillElasticsearch(drill: DrillRun): Promise<DrilledPart> {
    return drillElasticsearch(this.indices, drill);
  }

  async drillRedis(drill: DrillRun): Promise<DrilledPart> {
    const { drillRedis: configured, drillRedisMegabytes, drillPath, searchPath } = this.config;
    const program = await findServer('redis-server', configured, searchPath);
    await this.sweepFolders();
    const options = { program, parent: drillPath ?? tmpdir(), maxMemoryBytes: drillRedisMegabytes * MEGABYTE };
    return drillRedis(options, drill);
  }

  async sweepFolders(): Promise<void> {
    const removed = await sweepDrillFolders(this.config.drillPath ?? tmpdir(), this.clock.now());
    if (removed.length > 0) this.logger.warn({ folders: removed }, 'removed what killed drills left');
  }

  findMongod(): Promise<string | undefined> {
    return findServer('mongod', this.config.drillMongod, this.config.searchPath);
  }

  /** @param ifUnknown the answer where there is no such job */
  private async isOver(drillId: string, ifUnknown = true): Promise<boolean> {
    try {
      return isFinal((await this.jobs.get(drillId)).state);
    } catch (error) {
      if (isAppError(error, 'JOB_NOT_FOUND')) return ifUnknown;
      throw error;
    }
  }
}
