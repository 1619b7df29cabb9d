import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { IndexCreatePayload, IndexCreateResult } from '@lucid/jobs/contracts/index-create';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db } from 'mongodb';
import { CollectionCatalogue } from '../collections/collection-catalogue.ts';
import { toDefinitionError, toDocumentsError } from '../collections/definition-errors.ts';
import { duplicatesError } from './index-duplicates.ts';
import { IndexBuilds } from './index-builds.ts';
import { toSpec, type IndexSpec } from './index-definition.ts';
import { IndexListing } from './index-list.service.ts';

const PROGRESS_EVERY_MS = 1_000;
const BUILD_ABORTED = new Set([276, 279, 27]);
const GONE = new Set([26, 175]);
const DUPLICATE_KEY = 11_000;
const INDEX_NOT_FOUND = 27;
/** The end of a run that leaves the build to the next one. */
const GOES_ON = ['JOB_INTERRUPTED', 'LEASE_LOST'] as const;

type Context = JobContext<IndexCreatePayload>;

interface Beginning {
  uuid: string | null;
  isThere: boolean;
  startedAt: string;
}

/**
 * Builds one index and shows how far the server is. A build belongs to the server: it goes on when this process dies or its connection
 * breaks, and the next run, asking for the same index, waits for it. A cancel drops the index, which ends its build.
 */
@Injectable()
export class CreateIndexFlow {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    private readonly listing: IndexListing,
    private readonly builds: IndexBuilds,
    @InjectMainDatabase() private readonly database: Db,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError DUPLICATE_KEY naming the fields, DEFINITION_INVALID, INDEX_CONFLICT, COLLECTION_NOT_FOUND, COLLECTION_CHANGED */
  async run(context: Context): Promise<IndexCreateResult> {
    const { steps, payload, signal } = context;
    const begun = await steps.run('begin', () => this.begin(payload));
    const entry = await this.catalogue.get(payload.collection);
    if (entry.uuid !== begun.uuid)
      throw new AppError('COLLECTION_CHANGED', `${payload.collection} was dropped and made anew meanwhile`);
    const spec = toSpec(payload);
    try {
      signal.throwIfAborted();
      await this.build(context, spec);
    } catch (error) {
      if (signal.aborted) await this.stop(context, begun);
      signal.throwIfAborted();
      throw await this.toError(error, payload, spec);
    }
    const { indexSizes } = await this.catalogue.figures(entry);
    return {
      ...{ collection: payload.collection, name: spec.name, created: !begun.isThere },
      sizeBytes: indexSizes[spec.name] ?? 0,
      ...{ startedAt: begun.startedAt, finishedAt: this.clock.now().toISOString() },
    };
  }

  private async begin({ collection, name }: IndexCreatePayload): Promise<Beginning> {
    const { uuid } = await this.catalogue.get(collection);
    const isThere = (await this.listing.stored(collection)).some((index) => index.name === name);
    return { uuid, isThere, startedAt: this.clock.now().toISOString() };
  }

  /** Resolves when the index is there; rejects with the signal's reason as soon as that is aborted. */
  private async build(context: Context, spec: IndexSpec): Promise<void> {
    const { signal } = context;
    const over = new AbortController();
    const command = { createIndexes: context.payload.collection, indexes: [spec], writeConcern: { w: 'majority' } };
    const built = this.database.command(command).finally(() => over.abort());
    const stopped = new Promise<never>((_, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      over.signal.addEventListener('abort', () => signal.removeEventListener('abort', stop), { once: true });
    });
    const watched = this.watch(context, spec, AbortSignal.any([over.signal, signal]));
    // Whichever loses is heard too: a build that is stopped rejects after this has returned.
    built.catch(() => undefined);
    try {
      await Promise.race([built, stopped]);
    } finally {
      await watched;
    }
  }

  private async watch({ payload, progress, logger }: Context, { name }: IndexSpec, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await this.clock.sleep(PROGRESS_EVERY_MS, until).catch(() => undefined);
      if (until.aborted) return;
      try {
        const found = (await this.builds.of(payload.collection)).get(name);
        if (!found) continue;
        const { phase, done, total } = found;
        progress({ phase, done: done ?? 0, total, unit: phase.includes('scanning') ? 'documents' : 'keys' });
      } catch (error) {
        logger.debug({ err: error }, 'how far the build is cannot be seen now');
      }
    }
  }

  /** What was there before the job stays; a run that another one follows leaves the build alone. */
  private async stop({ signal, payload, logger }: Context, { isThere }: Beginning): Promise<void> {
    if (isThere || GOES_ON.some((code) => isAppError(signal.reason, code))) return;
    try {
      await this.database.command({ dropIndexes: payload.collection, index: payload.name });
    } catch (error) {
      const code = error instanceof MongoServerError ? Number(error.code) : 0;
      if (code !== INDEX_NOT_FOUND && !GONE.has(code))
        logger.warn({ err: error, index: payload.name }, 'the build was not stopped: drop the index when it is done');
    }
  }

  private async toError(error: unknown, payload: IndexCreatePayload, spec: IndexSpec): Promise<unknown> {
    if (!(error instanceof MongoServerError)) return error;
    const code = Number(error.code);
    if (code === DUPLICATE_KEY) return duplicatesError(this.database.collection(payload.collection), spec, error);
    if (BUILD_ABORTED.has(code)) {
      const detail = `somebody dropped ${spec.name} while it was being built`;
      return new AppError('COLLECTION_CHANGED', detail, { cause: error });
    }
    if (GONE.has(code)) {
      const detail = `${payload.collection} was dropped while its index was being built`;
      return new AppError('COLLECTION_CHANGED', detail, { cause: error });
    }
    return toDocumentsError(error, spec.name) ?? toDefinitionError(error, '/keys');
  }
}
