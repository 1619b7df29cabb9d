import { hostname } from 'node:os';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { Clock } from '@lucid/core/clock';
import type { LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { randomText } from '@lucid/models/ids';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { InjectClock, InjectLeases, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { captureUri } from '../mongodb-users.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { type CaptureState, OplogCapture } from './oplog-capture.ts';
import { SliceUpkeep } from './slice-upkeep.ts';

const MEGABYTE = 1_048_576;
const STOP_WITHIN_MS = 10_000;

/** Runs the continuous capture of the oplog, in one of the workers. */
@Injectable()
export class OplogCaptureService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private capture: OplogCapture | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly upkeep: SliceUpkeep,
    private readonly repositories: RepositoriesService,
    @InjectLeases() private readonly leases: LeaseStore,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { config, clock, logger, leases } = this;
    if (!config.pitrEnabled || config.role === 'api') return;
    this.capture = new OplogCapture({
      repository: this.repositories.get(),
      repositoryName: DEFAULT_REPOSITORY,
      topology: new Topology(captureUri(config), mongodbTls(config)),
      leases,
      holder: `${config.instanceName ?? hostname()}-${randomText(6)}`,
      controlDatabase: config.controlDatabase,
      sliceBytes: config.pitrSliceMegabytes * MEGABYTE,
      sliceSeconds: config.pitrSliceSeconds,
      clock,
      logger,
      onBroken: (log, broken) => this.upkeep.record(log, broken),
      onSlice: (log, stored) => this.upkeep.afterSlice(log, stored, this.capture?.state.oplogLimitBytes),
    });
    this.running = this.capture.run(this.stopping.signal);
  }

  /** Stores what was read and lets the lease go, so that another worker goes on at once. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    const stopped = new AbortController();
    const tooLate = this.clock.sleep(STOP_WITHIN_MS, stopped.signal).catch(() => undefined);
    await Promise.race([this.running, tooLate]);
    stopped.abort();
  }

  /** Of the capture in this process; undefined where it runs none. */
  get state(): CaptureState | undefined {
    return this.capture?.state;
  }
}
