import { AppError, isAppError } from '@lucid/core/app-error';
import { indexCreate, type IndexCreateResult } from '@lucid/jobs/contracts/index-create';
import type { IndexTryPayload, IndexTryResult, MeasuredQuery } from '@lucid/jobs/contracts/index-try';
import type { JobContext } from '@lucid/jobs/job-handler';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db, type Document } from 'mongodb';
import { fingerprintOf, shapeOfCommand } from './command-shape.ts';
import { ExplainService } from './explain.service.ts';
import { ProfileEntries, type ProfileEntry } from './profile-entries.ts';
import { nameOfKeys } from './propose-indexes.ts';
import { summarize } from './read-plan.ts';

const MEASURE_MS = 30_000;
const INDEX_NOT_FOUND = 27;
type Context = JobContext<IndexTryPayload>;

/**
 * Measures slow queries without and with a proposed index. The index is made hidden, so that no query changes its plan because of an
 * attempt. MongoDB takes no hint of a hidden index, so it is shown for as long as the measuring takes, some seconds at most, and then hidden
 * again, whether it is better or not: to keep it or to drop it is the operator's to say.
 */
@Injectable()
export class TryIndexFlow {
  constructor(
    private readonly entries: ProfileEntries,
    private readonly explaining: ExplainService,
    private readonly jobs: JobService,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  async run(context: Context): Promise<IndexTryResult> {
    const { steps, signal, payload } = context;
    const { collection, keys } = payload;
    const name = nameOfKeys(keys);
    // A run that died while it measured left the index shown.
    if (steps.has('create') && !steps.has('with')) await this.setHidden(collection, name, true);
    try {
      const commands = await this.commands(payload);
      const without = await steps.run('without', () => this.measure(commands, context, 'without'));
      const { sizeBytes } = await steps.run('create', () => this.create(name, context));
      const measured = await steps.run('with', () =>
        this.whileShown(collection, name, () => this.measureBoth(commands, name, context)),
      );
      const { with: withIndex, chosen } = measured;
      return { collection, name, sizeBytes, without, with: withIndex, chosen, isBetter: isBetter(without, withIndex) };
    } catch (error) {
      if (isAppError(signal.reason, 'JOB_CANCELLED')) await this.takeBack(collection, name, context);
      throw error;
    }
  }

  /** The newest of each fingerprint, with its values: they are in the memory of this run only. @throws AppError INDEX_ADVICE_NOT_FOUND */
  private async commands({ collection, fingerprints }: IndexTryPayload): Promise<Map<string, Document>> {
    const found = new Map<string, Document>();
    for await (const entry of this.entries.read({ collection })) {
      const shape = shapeOfCommand(entry.op, entry.command, entry.originatingCommand);
      const fingerprint = fingerprintOf(entry.ns, shape);
      if (!fingerprints.includes(fingerprint) || found.has(fingerprint)) continue;
      const command = explainable(collection, entry);
      if (command) found.set(fingerprint, command);
      if (found.size === fingerprints.length) break;
    }
    if (found.size > 0) return found;
    throw new AppError('INDEX_ADVICE_NOT_FOUND', 'the profiler no longer holds the queries that were to be measured');
  }

  private async measure(
    commands: ReadonlyMap<string, Document>,
    context: Context,
    phase: string,
    hint?: string,
  ): Promise<MeasuredQuery[]> {
    const measured: MeasuredQuery[] = [];
    for (const [fingerprint, command] of commands) {
      context.signal.throwIfAborted();
      context.progress({ phase, done: measured.length, total: commands.size, unit: 'queries' });
      const raw = await this.explaining.run(
        hint === undefined ? command : { ...command, hint },
        'executionStats',
        MEASURE_MS,
      );
      const { docsExamined, keysExamined, returned, executionMs, indexes, warnings } = summarize(raw);
      measured.push({
        ...{ fingerprint, docsExamined: docsExamined ?? 0, keysExamined: keysExamined ?? 0, returned: returned ?? 0 },
        ...{
          executionMs: executionMs ?? 0,
          indexes,
          sortsInMemory: warnings.some(({ code }) => code === 'IN_MEMORY_SORT'),
        },
      });
    }
    return measured;
  }

  private async measureBoth(
    commands: ReadonlyMap<string, Document>,
    name: string,
    context: Context,
  ): Promise<{ with: MeasuredQuery[]; chosen: string[] }> {
    const withIndex = await this.measure(commands, context, 'with', name);
    const free = await this.measure(commands, context, 'chosen');
    return {
      with: withIndex,
      chosen: free.filter(({ indexes }) => indexes.includes(name)).map(({ fingerprint }) => fingerprint),
    };
  }

  private async whileShown<T>(collection: string, name: string, action: () => Promise<T>): Promise<T> {
    await this.setHidden(collection, name, false);
    try {
      return await action();
    } finally {
      await this.setHidden(collection, name, true);
    }
  }

  /** @throws AppError CONFLICT where somebody has dropped the index meanwhile */
  private async setHidden(collection: string, name: string, hidden: boolean): Promise<void> {
    try {
      await this.database.command({ collMod: collection, index: { name, hidden } });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === INDEX_NOT_FOUND)) throw error;
      throw new AppError('CONFLICT', `the index ${name} was dropped while it was tried`, { cause: error });
    }
  }

  /** Of a cancelled attempt nothing stays, unless the index was there before. */
  private async takeBack(collection: string, name: string, { steps, logger }: Context): Promise<void> {
    if (steps.get<IndexCreateResult>('create')?.created !== true) return;
    await this.database
      .collection(collection)
      .dropIndex(name)
      .catch((error: unknown) => {
        logger.warn({ err: error, index: name }, 'the index of a cancelled attempt stays, hidden');
      });
  }

  /** By a job of its own, asked for once however often this one runs. */
  private async create(name: string, context: Context): Promise<IndexCreateResult> {
    const { job, payload, signal } = context;
    const { collection, keys } = payload;
    const asked = await this.jobs.request(
      indexCreate,
      { collection, name, keys, options: { hidden: true } },
      { actor: job.actor, correlationId: job.correlationId, idempotencyKey: `try:${job.id}` },
    );
    let last: JobRecord = asked;
    for await (const record of this.jobs.watch(asked.id, { signal })) {
      last = record;
      const { done = 0, total = null, unit = 'documents' } = record.progress ?? {};
      context.progress({ phase: 'create', done, total, unit });
    }
    if (signal.aborted) {
      if (isAppError(signal.reason, 'JOB_CANCELLED')) await this.jobs.cancel(asked.id).catch(() => undefined);
      throw signal.reason;
    }
    if (last.state === 'succeeded') return last.result as IndexCreateResult;
    const { code = 'CONFLICT', detail = '' } = last.error ?? {};
    throw new AppError(code, `the index was not made: ${last.id} is ${last.state}. ${detail}`, { retryable: false });
  }
}

/** What the profiler kept, as a command that can be explained and changes nothing: a change is measured as the find that it begins with. */
function explainable(
  collection: string,
  { op, command: kept, originatingCommand }: ProfileEntry,
): Document | undefined {
  const command = op === 'getmore' ? (originatingCommand ?? {}) : kept;
  const some = (...names: string[]): Document =>
    Object.fromEntries(names.filter((name) => name in command).map((name) => [name, command[name] as unknown]));
  if ('q' in command) return { find: collection, filter: command['q'] as unknown, ...some('collation') };
  if ('find' in command)
    return { find: collection, ...some('filter', 'sort', 'projection', 'limit', 'skip', 'collation', 'let') };
  if ('count' in command) return { count: collection, ...some('query', 'limit', 'skip', 'collation') };
  if ('findAndModify' in command || 'findandmodify' in command)
    return { find: collection, filter: (command['query'] ?? {}) as unknown, limit: 1, ...some('sort', 'collation') };
  const pipeline = command['pipeline'] as Document[] | undefined;
  if (!('aggregate' in command) || !Array.isArray(pipeline)) return undefined;
  if (pipeline.some((stage) => '$out' in stage || '$merge' in stage)) return undefined;
  return { aggregate: collection, pipeline, cursor: {}, ...some('collation', 'let') };
}

/** Work is compared, not time: the second run of a query finds warm memory. */
function isBetter(without: readonly MeasuredQuery[], withIndex: readonly MeasuredQuery[]): boolean {
  const work = (queries: readonly MeasuredQuery[]): number =>
    queries.reduce((sum, { docsExamined, keysExamined }) => sum + docsExamined + keysExamined, 0);
  const sorts = (queries: readonly MeasuredQuery[]): number =>
    queries.filter(({ sortsInMemory }) => sortsInMemory).length;
  if (sorts(withIndex) !== sorts(without)) return sorts(withIndex) < sorts(without);
  return work(withIndex) < work(without);
}
