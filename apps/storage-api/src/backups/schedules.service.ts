import { isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import type { JobState } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import type { ScheduleRecord } from '@lucid/jobs/schedule-record';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import { nextRuns } from '@lucid/jobs/schedule-times';
import { retentionOfSchedule, type BackupScheduleSettings } from '@lucid/service-kit/backups/schedule-settings';
import { decodeCursor, encodeCursor, toPage, type PageQuery } from '@lucid/service-kit/http/page';
import { InjectClock, InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { StorageConfig } from '../config.ts';
import { BackupsService } from './backups.service.ts';
import type { CreateScheduleDto, ScheduleDto, SchedulesPage, UpdateScheduleDto } from './schedules.dto.ts';

const LIST = 'schedules';
const RUNS_SHOWN = 5;

/** A schedule as it is answered, and the revision that its ETag is made of. */
export interface PresentedSchedule {
  schedule: ScheduleDto;
  revision: number;
}

/** The schedules of backups; backup-service asks for what they have due. */
@Injectable()
export class SchedulesService implements OnModuleInit {
  constructor(
    private readonly schedules: ScheduleService,
    private readonly jobs: JobService,
    private readonly backups: BackupsService,
    @InjectConfig() private readonly config: StorageConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Two of one name must not come in before backup-service has started. */
  async onModuleInit(): Promise<void> {
    await this.schedules.init();
  }

  /** By name. @throws AppError BAD_CURSOR */
  async list({ limit, cursor }: PageQuery): Promise<SchedulesPage> {
    const after = decodeCursor(LIST, cursor);
    const records = (await this.schedules.list(backupCreate)).filter(({ name }) => !after || name > after.at);
    const cursorOf = ({ name, id }: ScheduleRecord): string => encodeCursor(LIST, { at: name, id });
    const { items, page } = toPage(records, limit, (record) => record, cursorOf);
    const shown: ScheduleDto[] = [];
    for (const record of items) shown.push((await this.present(record)).schedule);
    return { items: shown, page };
  }

  /** @throws AppError SCHEDULE_NOT_FOUND */
  async get(id: string): Promise<PresentedSchedule> {
    return this.present(await this.schedules.get(backupCreate, id));
  }

  /** @throws AppError VALIDATION_FAILED, DUPLICATE_KEY, REPOSITORY_NOT_FOUND */
  async create(body: CreateScheduleDto, createdBy: string): Promise<PresentedSchedule> {
    const { name, cron, timezone = this.config.backupTimezone, backup: payload, enabled } = body;
    await this.backups.assertPossible(payload, '/backup');
    const settings = settingsOf(body);
    const request = { name, cron, timezone, payload, ...(enabled !== undefined && { enabled }), settings };
    return this.present(await this.schedules.create(backupCreate, request, createdBy));
  }

  /** @throws AppError SCHEDULE_NOT_FOUND, VALIDATION_FAILED, DUPLICATE_KEY, PRECONDITION_FAILED */
  async update(id: string, body: UpdateScheduleDto, revision: number | undefined): Promise<PresentedSchedule> {
    const { name, cron, timezone, backup: payload, enabled } = dropNull(body);
    if (payload) await this.backups.assertPossible(payload, '/backup');
    const settings = body.retention === undefined ? undefined : settingsOf(body);
    const changes = { name, cron, timezone, payload, enabled, settings };
    return this.present(await this.schedules.update(backupCreate, id, changes, revision));
  }

  /** @throws AppError SCHEDULE_NOT_FOUND, PRECONDITION_FAILED, CONFLICT */
  async remove(id: string, revision: number | undefined): Promise<void> {
    await this.schedules.remove(backupCreate, id, revision);
  }

  private async present(record: ScheduleRecord): Promise<PresentedSchedule> {
    const { id, name, cron, timezone, payload: backup, enabled, nextDueAt, lastDueAt, lastJobId, lastError } = record;
    const { missedRuns, lastMissedAt, createdAt, createdBy, updatedAt, revision } = record;
    const schedule = {
      ...{ id, name, cron, timezone, backup, enabled, nextDueAt, lastDueAt, lastJobId, lastError },
      ...{ missedRuns, lastMissedAt, createdAt, createdBy, updatedAt },
      retention: retentionOfSchedule(record) ?? null,
      isConfigured: record.configured !== null,
      nextRuns: enabled ? nextRuns(record, this.clock.now(), RUNS_SHOWN) : [],
      lastState: await this.stateOf(lastJobId),
    };
    return { schedule, revision };
  }

  private async stateOf(jobId: string | null): Promise<JobState | null> {
    if (jobId === null) return null;
    try {
      return (await this.jobs.get(jobId)).state;
    } catch (error) {
      if (isAppError(error, 'JOB_NOT_FOUND')) return null;
      throw error;
    }
  }
}

function settingsOf({ retention }: Pick<UpdateScheduleDto, 'retention'>): BackupScheduleSettings {
  return { retention: retention ? { ...retention } : null };
}

/** A null leaves a field as it is, but for `retention`, where it means none. */
function dropNull(body: UpdateScheduleDto): UpdateScheduleDto {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as UpdateScheduleDto;
}
