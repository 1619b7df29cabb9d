import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { InjectClock, InjectConfig, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { VolumeManagerConfig } from '../config.ts';
import { DirectoryDriver } from './directory-driver.ts';
import { UsageMeasurement, type MeasuredUsage } from './usage-measurement.ts';
import type { VolumeDriver, VolumeSpace } from './volume-driver.ts';
import { percentOf, stateOf, type VolumeState } from './volume-state.ts';

const BYTES_PER_GB = 1e9;
/** Longest wait of a request for a count. */
const USAGE_WAIT_MS = 10_000;
/** A dead network file system does not answer at all. */
const SPACE_DEADLINE_MS = 3_000;

/** A volume as it is now; `space` is undefined when it is not there, `usage` until it has been counted. */
export interface Volume {
  id: string;
  name: string;
  driver: string;
  path: string;
  state: VolumeState;
  quotaBytes: number;
  space: VolumeSpace | undefined;
  fileSystemPercent: number | undefined;
  usage: MeasuredUsage | undefined;
}

export interface UsageReport {
  usage: MeasuredUsage | undefined;
  ageMs: number | undefined;
  measuring: boolean;
}

/** The same id after each restart, without a record of it: made of the instance's name, where it has one, and the path. */
export function volumeIdOf(instance: string | undefined, path: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([instance ?? '', path]))
    .digest('hex');
  return `vol_${BigInt(`0x${digest}`).toString(36).slice(-16)}`;
}

/** The volume of the storage path. */
@Injectable()
export class VolumesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly driver: VolumeDriver = new DirectoryDriver();
  private readonly stopped = new AbortController();
  private readonly measurement: UsageMeasurement;
  private readonly id: string;
  private asking: Promise<VolumeSpace> | undefined;

  constructor(
    @InjectConfig() private readonly config: VolumeManagerConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {
    this.id = volumeIdOf(config.instanceName, config.storagePath);
    const measure = (): ReturnType<VolumeDriver['usage']> => this.driver.usage(config.storagePath, this.stopped.signal);
    this.measurement = new UsageMeasurement(measure, clock, logger);
  }

  /** Begins the first count, so that it is there when the first one asks. */
  onApplicationBootstrap(): void {
    this.measurement.latest();
  }

  onModuleDestroy(): void {
    this.stopped.abort(new AppError('SERVICE_STOPPING', 'the service is stopping'));
  }

  /** All volumes in the order of their ids. */
  async list(): Promise<Volume[]> {
    return [await this.read()];
  }

  /** @throws AppError VOLUME_NOT_FOUND */
  async get(id: string): Promise<Volume> {
    this.assertExists(id);
    return this.read();
  }

  /** @throws AppError VOLUME_NOT_FOUND */
  async usage(id: string, refresh: boolean): Promise<UsageReport> {
    this.assertExists(id);
    const known = refresh ? undefined : this.measurement.latest();
    const usage = known ?? (await this.measurement.renewed(USAGE_WAIT_MS));
    return { usage, ageMs: usage && this.measurement.ageMs(usage), measuring: this.measurement.isRunning };
  }

  private assertExists(id: string): void {
    if (id !== this.id) throw new AppError('VOLUME_NOT_FOUND', `there is no volume ${id.slice(0, 40)}`);
  }

  private async read(): Promise<Volume> {
    const { storagePath: path, maxSizeGb } = this.config;
    const quotaBytes = maxSizeGb * BYTES_PER_GB;
    const space = await this.space();
    const usage = this.measurement.latest();
    // As df says it: what is reserved for root counts as neither taken nor free.
    const fileSystemPercent = space && percentOf(space.allocatedBytes, space.allocatedBytes + space.availableBytes);
    const usedPercent = usage ? percentOf(usage.usedBytes, quotaBytes) : 0;
    const state = fileSystemPercent === undefined ? 'down' : stateOf([usedPercent, fileSystemPercent], this.config);
    const { id, driver } = this;
    return { id, name: 'storage', driver: driver.name, path, state, quotaBytes, space, fileSystemPercent, usage };
  }

  /** One question at a time: each that hangs holds one of the few threads that all file access goes through. */
  private askSpace(): Promise<VolumeSpace> {
    this.asking ??= this.driver.space(this.config.storagePath).finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** Undefined when the volume is not there or does not answer in time: its state is then `down`. */
  private async space(): Promise<VolumeSpace | undefined> {
    const done = new AbortController();
    const tooLate = this.clock.sleep(SPACE_DEADLINE_MS, done.signal).then(
      () => Promise.reject(new AppError('TIMEOUT', 'the file system does not answer')),
      () => undefined,
    );
    try {
      return await Promise.race([this.askSpace(), tooLate]);
    } catch (error) {
      this.logger.warn({ err: error }, 'the volume cannot be read');
      return undefined;
    } finally {
      done.abort();
    }
  }
}
