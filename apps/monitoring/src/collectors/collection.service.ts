import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { InjectClock, InjectConfig, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { MonitoringConfig } from '../config.ts';
import { COLLECTORS, type Collected, type Collector, type Snapshot } from './collector.ts';
import { codeOf } from './parts.ts';
import type { Sample } from './samples.ts';

interface Flight {
  settled: Promise<void>;
  abort: AbortController;
}

/**
 * Runs the collectors: by a timer, and when somebody asks. Whoever asks while a collector runs joins that run; a collector
 * that hangs is waited for until its deadline, then its engine counts as down, and no second call piles up behind the first.
 */
@Injectable()
export class CollectionService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly flights = new Map<string, Flight>();
  private readonly listeners: (() => void)[] = [];
  private first: Promise<void> | undefined;
  private stopTimer: (() => void) | undefined;
  private seconds: number;

  constructor(
    @Inject(COLLECTORS) private readonly collectors: readonly Collector[],
    @InjectConfig() config: MonitoringConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {
    this.seconds = config.intervalSeconds;
  }

  onApplicationBootstrap(): void {
    this.first = this.collect(this.collectors);
    this.startTimer();
  }

  onModuleDestroy(): void {
    this.stopTimer?.();
    for (const flight of this.flights.values()) flight.abort.abort(new AppError('SERVICE_STOPPING', 'stopping'));
  }

  get intervalSeconds(): number {
    return this.seconds;
  }

  /** Takes effect at once and until the service ends; a restart begins with MONITORING_INTERVAL again. */
  setInterval(seconds: number): void {
    this.seconds = seconds;
    this.startTimer();
  }

  /** Collects from every engine now, within the longest deadline, and never rejects: an engine that is down is a result. */
  async collectNow(): Promise<void> {
    await this.collect(this.collectors);
  }

  /** Resolves once each collector has had its first run. */
  async ready(): Promise<void> {
    await this.first;
  }

  /** The last outcome of each collector, in a fixed order. */
  latest(): Snapshot[] {
    return this.collectors.flatMap((collector) => this.snapshots.get(collector.name) ?? []);
  }

  samples(): Sample[] {
    return this.latest().flatMap((snapshot) => snapshot.samples);
  }

  /** Calls `listener` after each round of collections. */
  onCollected(listener: () => void): void {
    this.listeners.push(listener);
  }

  private startTimer(): void {
    this.stopTimer?.();
    this.stopTimer = this.clock.every(this.seconds * 1000, () => void this.collect(this.due()));
  }

  private due(): Collector[] {
    const nowMs = this.clock.now().getTime();
    return this.collectors.filter((collector) => {
      const last = this.snapshots.get(collector.name);
      return !last?.up || nowMs - last.collectedAt.getTime() >= collector.freshForMs;
    });
  }

  private async collect(collectors: readonly Collector[]): Promise<void> {
    await Promise.all(collectors.map((collector) => this.collectOne(collector)));
    for (const listener of this.listeners) listener();
  }

  private async collectOne(collector: Collector): Promise<void> {
    const flight = this.flights.get(collector.name) ?? this.start(collector);
    const done = new AbortController();
    const startedMs = this.clock.monotonicMs();
    const deadline = this.clock.sleep(collector.deadlineMs, done.signal).then(
      () => {
        const late = new AppError('TIMEOUT', `no answer in ${collector.deadlineMs} ms`);
        this.keepDown(collector, late, startedMs);
        flight.abort.abort(late);
      },
      () => undefined,
    );
    await Promise.race([flight.settled, deadline]);
    done.abort();
  }

  private start(collector: Collector): Flight {
    const abort = new AbortController();
    const startedMs = this.clock.monotonicMs();
    const settled = collector
      .collect(abort.signal)
      .then(
        (collected) => this.keepUp(collector, collected, startedMs),
        (error: unknown) => this.keepDown(collector, abort.signal.aborted ? abort.signal.reason : error, startedMs),
      )
      .finally(() => this.flights.delete(collector.name));
    const flight = { settled, abort };
    this.flights.set(collector.name, flight);
    return flight;
  }

  private keepUp(collector: Collector, { samples, health, problems }: Collected, startedMs: number): void {
    if (this.snapshots.get(collector.name)?.up === false) {
      this.logger.info({ collector: collector.name }, 'the engine answers again');
    }
    this.keep({ collector, up: true, health, code: null, problems, samples }, startedMs);
  }

  private keepDown(collector: Collector, error: unknown, startedMs: number): void {
    const code = codeOf(error);
    if (code === 'SERVICE_STOPPING') return;
    if (this.snapshots.get(collector.name)?.up !== false) {
      this.logger.warn({ err: error, collector: collector.name }, 'the engine gave no figures');
    }
    // A collector without an `up` series does not judge its engine: another one does.
    const health = collector.up ? 0 : undefined;
    this.keep({ collector, up: false, health, code, problems: [], samples: [] }, startedMs);
  }

  private keep(outcome: Omit<Snapshot, 'collectedAt' | 'durationMs'>, startedMs: number): void {
    const durationMs = Math.round(this.clock.monotonicMs() - startedMs);
    this.snapshots.set(outcome.collector.name, { ...outcome, collectedAt: this.clock.now(), durationMs });
  }
}
