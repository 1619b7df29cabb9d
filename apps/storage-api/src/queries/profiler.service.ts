import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError, type FieldError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { currentContext } from '@lucid/core/request-context';
import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { randomText } from '@lucid/models/ids';
import { InjectClock, InjectLogger, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MongoServerError, type Db } from 'mongodb';
import { parseFilter } from '../documents/query/parse-filter.ts';
import {
  filterOf,
  filterText,
  ProfilerIntents,
  type ProfilerIntent,
  type ProfilerSettings,
} from './profiler-intents.repository.ts';
import { ProfilerMembers } from './profiler-members.ts';
import type { ProfilerDto, PutProfilerDto } from './profiler.dto.ts';

/** How often the wish and the members are compared: a profiler ends this late at most. */
const COMPARE_MS = 5_000;
const DEFAULT_MINUTES = 60;
/** Level 2 writes an entry for every operation. */
const MAX_MINUTES_OF_ALL = 60;
const MIB = 1024 * 1024;

/**
 * The profiler of the main database, on for a time only. What is wanted is stored before a member is told, and each instance compares the two
 * every few seconds: so it ends by itself, also when whoever switched it on is gone, and follows a new primary.
 */
@Injectable()
export class ProfilerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopComparing: () => void = () => undefined;
  private comparing: Promise<void> | undefined;

  constructor(
    private readonly intents: ProfilerIntents,
    private readonly members: ProfilerMembers,
    @InjectMainDatabase() private readonly database: Db,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.compareQuietly();
    this.stopComparing = this.clock.every(COMPARE_MS, () => this.compareQuietly());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopComparing();
    await this.comparing;
  }

  async get(): Promise<ProfilerDto> {
    const member = await this.members.primary();
    const [settings, collection, intent] = [
      await this.members.ofPrimary(),
      await this.members.collection(),
      await this.intents.find(this.database.databaseName),
    ];
    const { level, slowMs, sampleRate } = settings;
    return {
      ...{ database: this.database.databaseName, member, level, slowMs, sampleRate, collection },
      filter: toExtendedJson(filterOf(settings)) as Record<string, unknown> | null,
      until: intent?.until ?? null,
      startedBy: intent?.startedBy ?? null,
      warnings: warningsOf(settings, intent),
    };
  }

  /** @throws AppError VALIDATION_FAILED, FILTER_INVALID, QUERY_REFUSED, CONFLICT (a sharded cluster) */
  async put(body: PutProfilerDto): Promise<ProfilerDto> {
    const { level, minutes = DEFAULT_MINUTES, sizeMb } = body;
    await this.members.primary();
    if (level === 0) await this.end();
    else {
      assertGuarded(body);
      const filter = body.filter === undefined ? undefined : parseFilter(body.filter);
      const { slowMs = 100, sampleRate = 1 } = body;
      const settings = { level, slowMs, sampleRate, filter: filterText(filter) };
      const startedBy = currentContext()?.actor?.id ?? 'unknown';
      const sizeBytes = sizeMb === undefined ? null : sizeMb * MIB;
      const wanted = { _id: this.database.databaseName, settings, sizeBytes, revision: randomText(16), startedBy };
      await this.begin(await this.intents.want(wanted, minutes));
    }
    return this.get();
  }

  /** @throws AppError QUERY_REFUSED for a filter that the server does not take; nothing of it is wanted any more then */
  private async begin(intent: ProfilerIntent): Promise<void> {
    try {
      await this.apply(intent);
    } catch (error) {
      if (toMongoAppError(error) ?? !(error instanceof MongoServerError)) throw error;
      await this.end();
      const detail = `MongoDB does not take these settings (${error.codeName ?? String(error.code)}): check the operators of the filter`;
      throw new AppError('QUERY_REFUSED', detail, { cause: error });
    }
  }

  private async end(): Promise<void> {
    const name = this.database.databaseName;
    await this.intents.endNow(name);
    await this.comparing;
    await this.compare();
    const present = await this.members.ofPrimary();
    // Switched on by somebody else, or by hand.
    if (present.level !== 0) await this.members.setPrimary({ ...present, level: 0 });
  }

  private compareQuietly(): void {
    this.comparing ??= this.compare()
      .catch((error: unknown) =>
        this.logger.warn({ err: toMongoAppError(error) ?? error }, 'the profiler was not compared; it is tried again'),
      )
      .finally(() => (this.comparing = undefined));
  }

  /** Makes the members as the stored wish has them, or gives them back what they had where its time is over. */
  private async compare(): Promise<void> {
    const intent = await this.intents.find(this.database.databaseName);
    if (!intent) return;
    if (await this.intents.isOver(intent._id)) await this.giveBack(intent);
    else await this.apply(intent);
  }

  private async apply(intent: ProfilerIntent): Promise<void> {
    const [host, present] = [await this.members.primary(), await this.members.ofPrimary()];
    const known = intent.before.find((member) => member.host === host);
    const isGiven = known?.revision === intent.revision && isAlike(present, intent.settings);
    if (isGiven && (await this.hasRoom(intent))) return;
    if (!known && !(await this.intents.remember(intent, { host, settings: present }))) return;
    if (!(await this.hasRoom(intent))) await this.members.resize(intent.sizeBytes ?? MIB);
    await this.members.setPrimary(intent.settings);
    await this.intents.markGiven(intent, host);
  }

  /** The server rounds a size up. */
  private async hasRoom({ sizeBytes }: ProfilerIntent): Promise<boolean> {
    if (sizeBytes === null) return true;
    const { maxBytes = 0 } = (await this.members.collection()) ?? {};
    return Math.abs(maxBytes - sizeBytes) < 4_096;
  }

  /** A member that does not answer is asked again at the next comparison. */
  private async giveBack(intent: ProfilerIntent): Promise<void> {
    const primary = await this.members.primary();
    for (const { host, settings } of intent.before) {
      const isDone =
        host === primary
          ? await this.members.setPrimary(settings).then(() => true)
          : await this.members.setMember(host, settings);
      if (isDone) await this.intents.forget(intent, host);
    }
    await this.intents.removeEnded(intent);
  }
}

/**
 * Has the member forgotten its settings, as a restart makes it? The server writes a filter in its own way, so that only whether there is one
 * is compared: which one it was given tells its revision.
 */
function isAlike(present: ProfilerSettings, wanted: ProfilerSettings): boolean {
  const { level, slowMs, sampleRate, filter } = wanted;
  if (present.level !== level || (present.filter === null) !== (filter === null)) return false;
  return present.slowMs === slowMs && present.sampleRate === sampleRate;
}

function assertGuarded({ level, minutes, confirm, filter, slowMs, sampleRate }: PutProfilerDto): void {
  const errors: FieldError[] = [];
  if (level === 2 && confirm !== true)
    errors.push({
      pointer: '/confirm',
      code: 'NEEDS_CONFIRMATION',
      message: 'level 2 profiles every operation: send "confirm": true',
    });
  if (level === 2 && (minutes === undefined || minutes > MAX_MINUTES_OF_ALL))
    errors.push({
      pointer: '/minutes',
      code: 'NEEDS_LIMIT',
      message: `level 2 needs a limit: send "minutes", ${String(MAX_MINUTES_OF_ALL)} at most`,
    });
  if (filter !== undefined && (slowMs !== undefined || sampleRate !== undefined))
    errors.push({
      pointer: '/filter',
      code: 'EXCLUSIVE',
      message: 'with a filter MongoDB uses neither slowMs nor sampleRate: put them into the filter',
    });
  if (errors.length === 0) return;
  throw new AppError('VALIDATION_FAILED', errors.map(({ message }) => message).join('; '), { errors });
}

function warningsOf({ level, slowMs, sampleRate, filter }: ProfilerSettings, intent: ProfilerIntent | null): string[] {
  if (level === 0) return [];
  return [
    ...(level === 2 ? ['every operation is profiled, which costs each of them a write'] : []),
    ...(level === 1 && slowMs < 10 && sampleRate === 1 && filter === null
      ? ['slowMs is so low that nearly every operation is profiled']
      : []),
    ...(intent ? [] : ['it was switched on elsewhere: it does not end by itself']),
    'slowMs and sampleRate count for all databases of the member, and for its log; only the primary is profiled',
  ];
}
