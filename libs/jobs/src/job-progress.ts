import type { Clock } from '@lucid/core/clock';
import type { ProgressInput } from './job-handler.ts';
import type { JobProgress } from './job-record.ts';

const EVERY_MS = 1_000;

/** Takes progress as often as it comes and writes the newest value once a second. */
export class ProgressWriter {
  private readonly clock: Clock;
  private readonly write: (progress: JobProgress) => Promise<void>;
  private readonly stopTimer: () => void;
  private newest: JobProgress | undefined;
  private isWritten = true;
  private phase = '';
  private phaseStartMs = 0;
  private phaseStartDone = 0;
  private note: string | undefined;

  /** `write` is called for one value at a time and must not throw. */
  constructor(clock: Clock, write: (progress: JobProgress) => Promise<void>) {
    this.clock = clock;
    this.write = write;
    let writing = false;
    this.stopTimer = clock.every(EVERY_MS, () => {
      if (this.isWritten || this.newest === undefined || writing) return;
      writing = true;
      this.isWritten = true;
      void this.write(this.newest).finally(() => (writing = false));
    });
  }

  set(input: ProgressInput): void {
    if (input.phase !== this.phase) {
      this.phase = input.phase;
      this.phaseStartMs = this.clock.monotonicMs();
      this.phaseStartDone = input.done;
    }
    const { phase, done, unit, total = null } = input;
    const ratePerSecond = this.rate(done);
    const etaSeconds = input.etaSeconds ?? this.eta(done, total);
    this.note = input.note ?? this.note;
    const note = this.note !== undefined && { note: this.note };
    this.newest = { phase, done, total, unit, etaSeconds, ratePerSecond, ...note };
    this.isWritten = false;
  }

  /** Ends the timer; the newest value, for the last write. May be called twice. */
  stop(): JobProgress | undefined {
    this.stopTimer();
    return this.newest;
  }

  private rate(done: number): number | null {
    const elapsedMs = this.clock.monotonicMs() - this.phaseStartMs;
    return elapsedMs > 0 ? Math.round(((done - this.phaseStartDone) * 1_000) / elapsedMs) : null;
  }

  private eta(done: number, total: number | null): number | null {
    const gained = done - this.phaseStartDone;
    if (total === null || gained <= 0) return null;
    const elapsedMs = this.clock.monotonicMs() - this.phaseStartMs;
    return Math.max(0, Math.round(((total - done) * elapsedMs) / gained / 1_000));
  }
}
