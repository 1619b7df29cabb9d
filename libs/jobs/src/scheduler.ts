import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { LEASE_HEARTBEAT_MS, type Lease, type LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import type { JobContract, QueueName } from './contracts/job-contract.ts';
import { isFinal, type JobRecord } from './job-record.ts';
import type { JobService } from './job-service.ts';
import { Repetition } from './repetition.ts';
import { scheduleActor, scheduleRunKey, type ScheduleRecord } from './schedule-record.ts';
import { dueRun, nextRun } from './schedule-times.ts';
import type { SchedulesRepository } from './schedules.repository.ts';

export interface SchedulerOptions {
  queue: QueueName;
  /** Everything that can be scheduled here: `contractsOf(queue)`. */
  contracts: readonly JobContract[];
  schedules: SchedulesRepository;
  jobs: Pick<JobService, 'request' | 'get'>;
  leases: LeaseStore;
  /** Who holds the lease; another name in each process. */
  holder: string;
  clock: Clock;
  logger: Logger;
}

const TICK_MS = 1_000;
const BATCH = 100;
/** What asking again will not change: the run counts as asked for, and the record says why there is no job. */
const PERMANENT = ['VALIDATION_FAILED', 'IDEMPOTENCY_KEY_REUSED'] as const;

/** The lease whose holder asks for what the schedules of a queue have due. */
export function schedulerLease(queue: string): string {
  return `scheduler:${queue}`;
}

/**
 * Asks for the jobs of a queue's schedules when they are due. As many as there are instances may run: the holder of the lease does
 * the work, and the idempotency key of each run makes one job of it whoever else believes to hold it. A job that is asked for is
 * marked before and after: cut off in between, the same run is asked for again, which gives the same job. While the job of a
 * schedule has not ended its next run waits; of those that come due meanwhile, or while no scheduler runs, the latest alone is asked for.
 */
export class Scheduler {
  private readonly options: SchedulerOptions;
  private readonly ticking: Repetition;
  private lease: Lease | undefined;
  private beatAtMs = 0;
  private lastNow: Date | undefined;
  private readonly waitingFor = new Map<string, string | null>();

  constructor(options: SchedulerOptions) {
    this.options = options;
    this.ticking = new Repetition({
      ...{ clock: options.clock, pauseMs: TICK_MS },
      round: () => this.tick(),
      failed: (error) => this.warn(error, 'the scheduler tries again'),
    });
  }

  start(): void {
    this.ticking.start();
  }

  /** Resolves when the present look is done and the lease is free for another. May be called twice. */
  async stop(): Promise<void> {
    await this.ticking.stop();
    const { lease } = this;
    this.lease = undefined;
    await lease?.release().catch((error: unknown) => this.warn(error, 'the lease of the scheduler expires by itself'));
  }

  /** One look; does nothing where another holds the lease. @throws AppError MONGODB_UNAVAILABLE */
  async tick(): Promise<void> {
    if (!(await this.holds())) return;
    const { schedules, clock, queue } = this.options;
    const now = clock.now();
    // The clock was set back, or may have been while nobody looked: what it promised before may be far too late.
    if (!this.lastNow || now < this.lastNow) await this.realign(now);
    this.lastNow = now;
    for (const schedule of await schedules.due(queue, now, BATCH)) {
      try {
        await this.run(schedule, now);
      } catch (error) {
        this.warn(error, 'a scheduled run could not be asked for; it is tried again', schedule);
      }
    }
  }

  private async run(schedule: ScheduleRecord, now: Date): Promise<void> {
    if (schedule.askingDueAt) return this.ask(schedule, schedule.askingDueAt);
    const due = schedule.nextDueAt && dueRun(schedule, schedule.nextDueAt, now);
    if (!due) return;
    if (await this.isUnderWay(schedule)) return this.noteWait(schedule);
    const missed = due.missed > 0 && { missedRuns: schedule.missedRuns + due.missed, lastMissedAt: now };
    const isOurs = await this.options.schedules.mark(schedule, { askingDueAt: due.dueAt, ...missed });
    if (!isOurs) return;
    if (due.missed > 0) {
      const { id: scheduleId, name, nextDueAt: since } = schedule;
      this.options.logger.warn({ scheduleId, name, missed: due.missed, since }, 'scheduled runs were missed');
    }
    await this.ask({ ...schedule, askingDueAt: due.dueAt }, due.dueAt);
  }

  /** Once for each job that is waited for. */
  private noteWait({ id: scheduleId, name, lastJobId }: ScheduleRecord): void {
    if (this.waitingFor.get(scheduleId) === lastJobId) return;
    this.waitingFor.set(scheduleId, lastJobId);
    this.options.logger.warn({ scheduleId, name, lastJobId }, 'a scheduled run waits: the job before has not ended');
  }

  private async ask(schedule: ScheduleRecord, dueAt: Date): Promise<void> {
    const { schedules, logger } = this.options;
    const asked = await this.request(schedule, dueAt);
    const next = { lastDueAt: dueAt, nextDueAt: nextRun(schedule, dueAt), askingDueAt: null };
    const { id: scheduleId, name } = schedule;
    if (!(await schedules.mark(schedule, { ...outcomeOf(asked), ...next })))
      logger.warn({ scheduleId }, 'the schedule was changed while its run was asked for');
    if (asked instanceof AppError) logger.error({ scheduleId, name, dueAt, err: asked }, 'no job for a scheduled run');
    else logger.info({ scheduleId, name, dueAt, jobId: asked.id }, 'scheduled run asked for');
  }

  private async request(schedule: ScheduleRecord, dueAt: Date): Promise<JobRecord | AppError> {
    const contract = this.options.contracts.find(({ name }) => name === schedule.contract);
    if (!contract) return new AppError('VALIDATION_FAILED', `${schedule.contract} is not a job of this service`);
    const idempotencyKey = scheduleRunKey(schedule.id, dueAt);
    const actor = scheduleActor(schedule.id);
    try {
      return await this.options.jobs.request(contract, schedule.payload, {
        actor,
        idempotencyKey,
        correlationId: idempotencyKey,
      });
    } catch (error) {
      if (isAppError(error) && PERMANENT.some((code) => code === error.code)) return error;
      throw error;
    }
  }

  private async isUnderWay({ lastJobId }: ScheduleRecord): Promise<boolean> {
    if (lastJobId === null) return false;
    try {
      return !isFinal((await this.options.jobs.get(lastJobId)).state);
    } catch (error) {
      if (isAppError(error, 'JOB_NOT_FOUND')) return false;
      throw error;
    }
  }

  /** Nothing waits longer than until its next run by the clock as it is now. A run asked for already gives the same job again. */
  private async realign(now: Date): Promise<void> {
    const { schedules, queue, logger } = this.options;
    for (const schedule of await schedules.waiting(queue)) {
      const next = nextRun(schedule, now);
      if (schedule.askingDueAt || !schedule.nextDueAt || schedule.nextDueAt <= next) continue;
      const { id: scheduleId, nextDueAt: promised } = schedule;
      if (await schedules.mark(schedule, { nextDueAt: next }))
        logger.warn({ scheduleId, promised, next }, 'the clock was set back; the schedule follows it');
    }
  }

  private async holds(): Promise<boolean> {
    const { leases, clock, holder, queue } = this.options;
    try {
      if (!this.lease) {
        this.lease = await leases.acquire(schedulerLease(queue), holder);
        this.lastNow = undefined;
      } else if (clock.monotonicMs() - this.beatAtMs >= LEASE_HEARTBEAT_MS) await this.lease.heartbeat();
      else return true;
      this.beatAtMs = clock.monotonicMs();
      return true;
    } catch (error) {
      if (!isAppError(error, 'LEASE_HELD') && !isAppError(error, 'LEASE_LOST')) throw error;
      this.lease = undefined;
      return false;
    }
  }

  private warn(error: unknown, text: string, schedule?: ScheduleRecord): void {
    const { queue, logger } = this.options;
    logger.warn({ err: error, queue, ...(schedule && { scheduleId: schedule.id }) }, text);
  }
}

function outcomeOf(asked: JobRecord | AppError): Pick<ScheduleRecord, 'lastError'> & { lastJobId?: string } {
  if (!(asked instanceof AppError)) return { lastJobId: asked.id, lastError: null };
  // Asked for before, and changed since: its job is there.
  return { lastError: asked.code === 'IDEMPOTENCY_KEY_REUSED' ? null : asked.toStored() };
}
