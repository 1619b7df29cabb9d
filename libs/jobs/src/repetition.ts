import type { Clock } from '@lucid/core/clock';

export interface RepetitionOptions {
  /** Between the end of one round and the next. */
  readonly pauseMs: number;
  readonly clock: Clock;
  /** @param count of the rounds before */
  round(count: number): Promise<void>;
  /** Told what a round threw; the next one comes all the same. */
  failed(error: unknown): void;
}

/** Does the same again and again, one round after the other, until it is stopped. */
export class Repetition {
  private readonly options: RepetitionOptions;
  private readonly stopped = new AbortController();
  private looping: Promise<void> | undefined;

  constructor(options: RepetitionOptions) {
    this.options = options;
  }

  /** May be called twice. */
  start(): void {
    this.looping ??= this.loop();
  }

  /** Resolves when the present round is done. May be called twice. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.looping;
  }

  private async loop(): Promise<void> {
    const { clock, pauseMs, failed } = this.options;
    const { signal } = this.stopped;
    for (let count = 0; !signal.aborted; count += 1) {
      await this.options.round(count).catch(failed);
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }
}
