import { AppError } from '@lucid/core/app-error';
import { randomText } from '@lucid/models/ids';
import { InjectLogger, InjectMainDatabase } from '@lucid/service-kit/tokens';
import type { Logger } from '@lucid/core/logger';
import { Injectable } from '@nestjs/common';
import { MongoClient, type ClientSession, type Db, type Document } from 'mongodb';
import type { CollectionEntry } from '../collections/collection-catalogue.ts';
import { isDefinitionError, toDefinitionError } from '../collections/definition-errors.ts';
import type { IndexSpec } from './index-definition.ts';

/**
 * Asks the server itself whether it would build an index beside those that are there, in a transaction that is never committed: an empty
 * collection is made with their definitions, then with the new one, and all of it is taken back. Nothing of it is seen by anybody,
 * stored in the oplog, or left behind when this process dies.
 */
@Injectable()
export class IndexTrial {
  constructor(
    private readonly client: MongoClient,
    @InjectMainDatabase() private readonly database: Db,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /**
   * `exists` where the very same index is there already. `unknown` where no trial can be made (a time series, a single server).
   * @throws AppError DEFINITION_INVALID, INDEX_CONFLICT
   */
  async run(
    entry: CollectionEntry,
    present: readonly Document[],
    spec: IndexSpec,
  ): Promise<'new' | 'exists' | 'unknown'> {
    if (entry.type !== 'collection') return 'unknown';
    const session = this.client.startSession();
    session.startTransaction({ maxCommitTimeMS: 5_000 });
    try {
      return await this.try(entry, present, spec, session);
    } catch (error) {
      if (isDefinitionError(error)) throw withNames(toDefinitionError(error, '/keys'), present, spec);
      this.logger.debug({ err: error }, 'no trial of the index was made; its job finds out');
      return 'unknown';
    } finally {
      await session.abortTransaction().catch(() => undefined);
      await session.endSession();
    }
  }

  private async try(
    { options }: CollectionEntry,
    present: readonly Document[],
    spec: IndexSpec,
    session: ClientSession,
  ): Promise<'new' | 'exists'> {
    // A name that nobody may use, that no listing shows, and that change feeds leave out.
    const scratch = `__restore_trial_${randomText(12)}`;
    const { collation } = options as { collation?: { locale: string } };
    await this.database.createCollection(scratch, { session, ...(collation && { collation }) });
    const create = (indexes: readonly Document[]): Promise<Document> =>
      this.database.command({ createIndexes: scratch, indexes }, { session });
    const others = present.filter(({ name }) => name !== '_id_').map(({ ns: _ns, ...index }) => index);
    // What is there already is not what was asked about.
    const unfit = (cause: unknown): never => {
      throw new Error('the present indexes cannot be tried', { cause });
    };
    if (others.length > 0) await create(others).catch(unfit);
    const { numIndexesBefore, numIndexesAfter } = await create([spec]);
    return numIndexesBefore === numIndexesAfter ? 'exists' : 'new';
  }
}

/** Says which index is in the way. */
function withNames(error: unknown, present: readonly Document[], spec: IndexSpec): unknown {
  if (!(error instanceof AppError) || error.code !== 'INDEX_CONFLICT') return error;
  const keys = JSON.stringify([...spec.key]);
  const same = present.find(({ name }) => name === spec.name);
  const rival = same ?? present.find(({ key }) => JSON.stringify(Object.entries(key as object)) === keys);
  const isText = [...spec.key.values()].includes('text');
  const other = rival ?? (isText ? present.find(({ textIndexVersion }) => textIndexVersion !== undefined) : undefined);
  if (!other) return error;
  const name = String(other['name']);
  const why = same
    ? 'has this name, and other keys or options'
    : 'has these keys already, with other options or another name';
  return new AppError(
    'INDEX_CONFLICT',
    `the index ${name} ${isText && !rival ? 'is a text index: a collection has one at most' : why}`,
    { cause: error },
  );
}
