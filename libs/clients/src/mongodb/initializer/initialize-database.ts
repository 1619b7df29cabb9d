import type { ModelDefinition } from '@lucid/models/model-definition';
import type { Db, MongoClient } from 'mongodb';
import { toMongoAppError } from '../errors.ts';
import { ChangeLog, type InitializationReport } from './change.ts';
import { initializeCollection, storedCollections, type StoredCollection } from './collections.ts';
import { initializeIndexes } from './indexes.ts';
import { assertNoValidatorConflicts } from './validators.ts';

export interface InitializeDatabaseOptions {
  readonly models: readonly ModelDefinition[];
  readonly database: string;
  readonly controlDatabase: string;
  /** Report what would change and change nothing. */
  readonly dryRun?: boolean;
  /** Takes one line for each change and remark. */
  readonly log?: (line: string) => void;
}

interface Place {
  readonly db: Db;
  readonly model: ModelDefinition;
  readonly stored: StoredCollection | undefined;
}

/**
 * Makes collections, validators, indexes, expiry and time-series options match the models. It may run twice, at once with
 * itself, and again after it died: each step is looked at before it is made. It removes nothing but an index that it has
 * replaced. Stored documents are checked against every changed validator before the first change is made.
 * @throws AppError VALIDATOR_CONFLICT (its `errors` name up to ten documents a collection), CONFLICT (a collection of another
 *   kind has the name), DUPLICATE_KEY, MONGODB_UNAVAILABLE
 */
export async function initializeDatabase(
  client: MongoClient,
  options: InitializeDatabaseOptions,
): Promise<InitializationReport> {
  const log = new ChangeLog(options.dryRun ?? false, options.log);
  try {
    const places = await findPlaces(client, options);
    await assertNoValidatorConflicts(places);
    for (const { db, model, stored } of places) {
      await initializeCollection(db, model, stored, log);
      await initializeIndexes(db.collection(model.collection), model, stored !== undefined, log);
    }
    return log.finish();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

async function findPlaces(client: MongoClient, options: InitializeDatabaseOptions): Promise<Place[]> {
  const databases = { main: client.db(options.database), control: client.db(options.controlDatabase) };
  const stored = {
    main: await storedCollections(databases.main),
    control: await storedCollections(databases.control),
  };
  return options.models.map((model) => ({
    model,
    db: databases[model.database],
    stored: stored[model.database].get(model.collection),
  }));
}
