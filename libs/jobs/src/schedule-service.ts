import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { newId } from '@lucid/models/ids';
import type { Db } from 'mongodb';
import type { JobContract } from './contracts/job-contract.ts';
import { checkPayload } from './job-payload.ts';
import type { ScheduleRecord } from './schedule-record.ts';
import { checkScheduleTimes, nextRun, type ScheduleTimes } from './schedule-times.ts';
import { SchedulesRepository } from './schedules.repository.ts';

/** What is asked for: what, when, and under which name. */
export interface ScheduleRequest<P extends object> extends ScheduleTimes {
  name: string;
  payload: P;
  /** True when left out. */
  enabled?: boolean;
  settings?: object | null;
}

export type ScheduleChanges<P extends object> = Partial<ScheduleRequest<P>>;

/** What anybody may do with schedules: make, change, look at and remove them. It asks for no job: the scheduler does. */
export class ScheduleService {
  private readonly schedules: SchedulesRepository;
  private readonly clock: Clock;

  constructor(controlDatabase: Db, clock: Clock) {
    this.schedules = new SchedulesRepository(controlDatabase);
    this.clock = clock;
  }

  /** Makes the indexes; at every start. @throws AppError MONGODB_UNAVAILABLE */
  async init(): Promise<void> {
    await this.schedules.createIndexes();
  }

  /** @throws AppError VALIDATION_FAILED (cron, timezone, payload), DUPLICATE_KEY (name) */
  async create<P extends object>(
    contract: JobContract<P>,
    request: ScheduleRequest<P>,
    createdBy: string,
  ): Promise<ScheduleRecord> {
    const record = await this.newRecord(contract, request, createdBy);
    await this.schedules.insert(record);
    return record;
  }

  /** @throws AppError SCHEDULE_NOT_FOUND, also for a schedule of another contract */
  async get(contract: JobContract, id: string): Promise<ScheduleRecord> {
    const record = await this.schedules.find(id);
    if (record?.contract === contract.name) return record;
    throw new AppError('SCHEDULE_NOT_FOUND', `there is no schedule ${id.slice(0, 100)}`);
  }

  /** All of this contract, by name. */
  list(contract: JobContract): Promise<ScheduleRecord[]> {
    return this.schedules.list(contract.name);
  }

  /**
   * Changes what is given. A new time counts from now; so does a schedule that goes on after a pause.
   * @throws AppError SCHEDULE_NOT_FOUND, PRECONDITION_FAILED, VALIDATION_FAILED, DUPLICATE_KEY
   */
  async update<P extends object>(
    contract: JobContract<P>,
    id: string,
    changes: ScheduleChanges<P>,
    revision?: number,
  ): Promise<ScheduleRecord> {
    const present = await this.get(contract, id);
    assertRevision(present, revision);
    const wanted = { ...present, ...dropUndefined(changes) };
    checkScheduleTimes(wanted);
    const payload = changes.payload === undefined ? present.payload : await checkPayload(contract, changes.payload);
    const { name, cron, timezone, enabled, settings } = wanted;
    const isRetimed =
      cron !== present.cron || timezone !== present.timezone || (enabled && !present.enabled) || !enabled;
    const now = this.clock.now();
    const due = isRetimed && { nextDueAt: enabled ? nextRun(wanted, now) : null, askingDueAt: null };
    const changed = await this.schedules.replace(present, {
      ...{ name, cron, timezone, enabled, settings, payload, updatedAt: now, lastError: null },
      ...due,
    });
    if (!changed) throw new AppError('PRECONDITION_FAILED', 'somebody else changed it at the same time; read it again');
    return changed;
  }

  /** @throws AppError SCHEDULE_NOT_FOUND, PRECONDITION_FAILED, CONFLICT (it comes from the configuration) */
  async remove(contract: JobContract, id: string, revision?: number): Promise<void> {
    const present = await this.get(contract, id);
    assertRevision(present, revision);
    if (present.configured) {
      throw new AppError(
        'CONFLICT',
        'this schedule comes from the configuration of the service: pause it with enabled=false, or take it out there',
      );
    }
    const isGone = await this.schedules.remove(id, present.revision);
    if (!isGone) throw new AppError('PRECONDITION_FAILED', 'somebody else changed it at the same time; read it again');
  }

  /**
   * Makes the schedule that the configuration names, or changes its time where the configuration changed since: what an operator
   * set otherwise meanwhile stays until then. Null takes it out. May run at once in several instances.
   * @throws AppError DUPLICATE_KEY where somebody has used its name
   */
  async configure<P extends object>(
    contract: JobContract<P>,
    id: string,
    request: ScheduleRequest<P> | null,
  ): Promise<ScheduleRecord | undefined> {
    const present = await this.schedules.find(id);
    if (!request) {
      if (present) await this.schedules.remove(id);
      return undefined;
    }
    const { cron, timezone } = request;
    if (!present) return this.configureFirst(contract, id, request);
    if (present.configured?.cron === cron && present.configured.timezone === timezone) return present;
    checkScheduleTimes(request);
    const now = this.clock.now();
    return this.schedules.replace(present, {
      ...{ cron, timezone, configured: { cron, timezone }, updatedAt: now, askingDueAt: null },
      nextDueAt: present.enabled ? nextRun(request, now) : null,
    });
  }

  private async configureFirst<P extends object>(
    contract: JobContract<P>,
    id: string,
    request: ScheduleRequest<P>,
  ): Promise<ScheduleRecord | undefined> {
    const { cron, timezone } = request;
    const record = await this.newRecord(contract, request, 'system');
    try {
      await this.schedules.insert({ ...record, id, configured: { cron, timezone } });
    } catch (error) {
      // Another instance that started at the same moment made it; a name that is taken otherwise is a mistake.
      if (!(await this.schedules.find(id))) throw error;
    }
    return this.schedules.find(id);
  }

  private async newRecord<P extends object>(
    contract: JobContract<P>,
    request: ScheduleRequest<P>,
    createdBy: string,
  ): Promise<ScheduleRecord> {
    checkScheduleTimes(request);
    const { name, cron, timezone, enabled = true, settings = null } = request;
    const now = this.clock.now();
    return {
      id: newId('sch'),
      ...{ name, queue: contract.queue, contract: contract.name, cron, timezone, enabled, settings },
      payload: await checkPayload(contract, request.payload),
      ...{ configured: null, revision: 1 },
      nextDueAt: enabled ? nextRun(request, now) : null,
      ...{ askingDueAt: null, lastDueAt: null, lastJobId: null, lastError: null, missedRuns: 0, lastMissedAt: null },
      ...{ createdAt: now, createdBy, updatedAt: now },
    };
  }
}

function assertRevision({ id, revision }: ScheduleRecord, wanted: number | undefined): void {
  if (wanted === undefined || wanted === revision) return;
  throw new AppError('PRECONDITION_FAILED', `${id} has the revision ${revision} now; read it again`);
}

function dropUndefined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
