import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { StoredBackup } from '../backups/stored-backups.service.ts';
import { EngineRestorers, type RestorePart } from './engine-restorers.ts';

/** How long a restore that was told to stop may take to do so, where it is not replacing anything; an engine that hangs ends nothing. */
const UNWIND_MS = 1_000;
/** How long a cancelled job waits for what it left to be removed: with the two seconds until it hears of it, five in all. */
const REMOVE_MS = 1_500;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The restores of a job's engines, and what becomes of those whose job ends without them. A job that is cancelled ends within seconds, also while an engine hangs: its restore is then left to end by
 * itself, and what it staged is removed as soon as that can be done; what is left when the service stops goes at its next start.
 */
@Injectable()
export class RestoreRuns implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    private readonly restorers: EngineRestorers,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** @throws AppError as `EngineRestorers.partsOf` */
  partsOf(backup: StoredBackup, request: BackupRestorePayload): RestorePart[] {
    return this.restorers.partsOf(backup, request);
  }

  /** The end of `running`; or the signal's reason, where it has not ended by itself a second after the abort and may be left. */
  async unlessGivenUp<T>(running: Promise<T>, signal: AbortSignal, mayBeLeft: () => boolean): Promise<T> {
    const ended = new AbortController();
    const givenUp = new Promise<never>((_resolve, reject) => {
      const leave = (): void => {
        this.clock.sleep(UNWIND_MS, ended.signal).then(
          () => mayBeLeft() && reject(signal.reason),
          () => undefined,
        );
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true, signal: ended.signal });
    });
    try {
      return await Promise.race([running, givenUp]);
    } finally {
      ended.abort();
    }
  }

  /**
   * Removes what a restore left, after it has ended. Never throws: what cannot be removed now is tried again, with pauses, until the service stops.
   * @param isUrgent do not wait for an engine that hangs
   */
  async remove(restoreId: string, running: Promise<unknown>, isUrgent: boolean): Promise<void> {
    const removing = this.removeAfter(restoreId, running);
    if (!isUrgent) return removing.first;
    const ended = new AbortController();
    const tooLate = this.clock.sleep(REMOVE_MS, ended.signal).catch(() => undefined);
    await Promise.race([removing.first, tooLate]);
    ended.abort();
  }

  private removeAfter(restoreId: string, running: Promise<unknown>): { first: Promise<void> } {
    const first = running.then(
      () => this.tryToRemove(restoreId),
      () => this.tryToRemove(restoreId),
    );
    void first.then((isDone) => (isDone ? undefined : this.keepTrying(restoreId)));
    return { first: first.then(() => undefined) };
  }

  private async keepTrying(restoreId: string): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        await this.clock.sleep(pauseMs, this.stopping.signal);
      } catch {
        return; // The next start goes on with it.
      }
      if (await this.tryToRemove(restoreId)) return;
    }
  }

  /** @returns false where it is to be tried again */
  private async tryToRemove(restoreId: string): Promise<boolean> {
    let isDone = true;
    for (const restorer of this.restorers.all()) {
      try {
        if (await restorer.discard(restoreId)) continue;
        this.logger.error({ restoreId }, 'the restore failed in its last step; run it again to finish it');
      } catch (error) {
        isDone = false;
        this.logger.warn({ err: error, restoreId }, 'what the failed restore left could not be removed yet');
      }
    }
    return isDone;
  }
}
