import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { VolumeUsage } from './volume-driver.ts';

/** A count older than this is renewed when somebody asks, who gets the old one meanwhile. */
const STALE_AFTER_MS = 5 * 60_000;

export interface MeasuredUsage extends VolumeUsage {
  measuredAt: Date;
  durationMs: number;
}

/** The usage of one volume: counted in the background, once at a time however many ask, and remembered with its time. */
export class UsageMeasurement {
  private measured: MeasuredUsage | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly measure: () => Promise<VolumeUsage>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** The last count, however old; undefined before the first. Starts a new one when it is stale. */
  latest(): MeasuredUsage | undefined {
    if (!this.measured || this.ageMs(this.measured) >= STALE_AFTER_MS) void this.renew();
    return this.measured;
  }

  /** Waits for a count that begins now, or for the one that runs, but no longer than `waitMs`; then the last one is the answer. */
  async renewed(waitMs: number): Promise<MeasuredUsage | undefined> {
    const done = new AbortController();
    const tooLong = this.clock.sleep(waitMs, done.signal).catch(() => undefined);
    await Promise.race([this.renew(), tooLong]);
    done.abort();
    return this.measured;
  }

  ageMs(usage: MeasuredUsage): number {
    return Math.max(0, this.clock.now().getTime() - usage.measuredAt.getTime());
  }

  /** Never rejects: a count that failed leaves the last one in place, and the next one is tried when somebody asks. */
  private renew(): Promise<void> {
    this.running ??= this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    try {
      const usage = await this.measure();
      const durationMs = Math.round(this.clock.monotonicMs() - startedMs);
      this.measured = { ...usage, measuredAt: this.clock.now(), durationMs };
    } catch (error) {
      this.logger.warn({ err: error }, 'the usage of the volume could not be counted');
    }
  }
}
