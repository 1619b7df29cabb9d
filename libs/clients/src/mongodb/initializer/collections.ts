import { AppError } from '@lucid/core/app-error';
import type { ModelDefinition } from '@lucid/models/model-definition';
import { type CreateCollectionOptions, type Db, type Document, MongoServerError } from 'mongodb';
import { canonical, type ChangeLog } from './change.ts';

const NAMESPACE_EXISTS = 48;
const GRANULARITIES = ['seconds', 'minutes', 'hours'];

/** A collection as `listCollections` tells it. */
export interface StoredCollection {
  readonly type: string;
  readonly options: Document;
}

export async function storedCollections(db: Db): Promise<Map<string, StoredCollection>> {
  const found = await db.listCollections({}, { nameOnly: false }).toArray();
  return new Map(
    found.map(({ name, type, options }) => [name, { type: type ?? 'collection', options: options ?? {} }]),
  );
}

/** Creates the collection of a model, or makes its options match. */
export async function initializeCollection(
  db: Db,
  model: ModelDefinition,
  stored: StoredCollection | undefined,
  log: ChangeLog,
): Promise<void> {
  if (!stored) return createCollection(db, model, log);
  const target = targetOf(db, model);
  const wantedType = model.timeseries ? 'timeseries' : 'collection';
  if (stored.type !== wantedType) {
    throw new AppError('CONFLICT', `${target} is a ${stored.type}, the model wants a ${wantedType}: rename or drop it`);
  }
  if (model.capped && stored.options['capped'] !== true) log.remark(target, 'is not capped; convert it by hand');
  if (model.timeseries) return changeTimeseries(db, model, stored, log);
  if (!isValidatorEqual(model, stored)) {
    const validator = validatorOf(model);
    await log.change({ target, action: 'change validator of', detail: '' }, () =>
      db.command({ collMod: model.collection, validator, validationLevel: 'strict', validationAction: 'error' }),
    );
  }
}

/** Does the collection check what the model wants, as strictly as it wants? */
export function isValidatorEqual(model: ModelDefinition, stored: StoredCollection): boolean {
  const {
    validator = {},
    validationLevel = 'strict',
    validationAction = 'error',
  } = stored.options as {
    validator?: Document;
    validationLevel?: string;
    validationAction?: string;
  };
  if (canonical(validator) !== canonical(validatorOf(model))) return false;
  return validationLevel === 'strict' && validationAction === 'error';
}

export function targetOf(db: Db, model: ModelDefinition): string {
  return `${db.databaseName}.${model.collection}`;
}

function validatorOf(model: ModelDefinition): Document {
  return model.validator ? { $jsonSchema: model.validator } : {};
}

async function createCollection(db: Db, model: ModelDefinition, log: ChangeLog): Promise<void> {
  const { timeseries, capped } = model;
  const options: CreateCollectionOptions = {
    ...(model.validator && { validator: validatorOf(model) }),
    ...(capped && { capped: true, size: capped.sizeBytes }),
    ...(timeseries && {
      timeseries: {
        timeField: timeseries.timeField,
        metaField: timeseries.metaField,
        granularity: timeseries.granularity,
      },
      expireAfterSeconds: timeseries.expireAfterSeconds,
    }),
  };
  const kind = timeseries ? 'create time series' : 'create collection';
  await log.change({ target: targetOf(db, model), action: kind, detail: '' }, async () => {
    try {
      await db.createCollection(model.collection, options);
    } catch (error) {
      // Somebody made it meanwhile: the next run compares it.
      if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
    }
  });
}

async function changeTimeseries(
  db: Db,
  model: ModelDefinition,
  stored: StoredCollection,
  log: ChangeLog,
): Promise<void> {
  const wanted = model.timeseries;
  if (!wanted) return;
  const target = targetOf(db, model);
  const present = (stored.options['timeseries'] ?? {}) as Partial<typeof wanted>;
  if (present.timeField !== wanted.timeField || present.metaField !== wanted.metaField) {
    log.remark(target, 'has another time or meta field, which cannot be changed: load it anew under another name');
  }
  const { granularity, expireAfterSeconds } = wanted;
  if (present.granularity !== granularity) {
    const grows = GRANULARITIES.indexOf(present.granularity ?? '') < GRANULARITIES.indexOf(granularity);
    if (!grows) log.remark(target, `granularity can only grow: it stays ${present.granularity ?? 'custom'}`);
    else {
      await log.change({ target, action: 'change granularity of', detail: granularity }, () =>
        db.command({ collMod: model.collection, timeseries: { granularity } }),
      );
    }
  }
  if (Number(stored.options['expireAfterSeconds']) !== expireAfterSeconds) {
    await log.change({ target, action: 'change expiry of', detail: `${expireAfterSeconds} s` }, () =>
      db.command({ collMod: model.collection, expireAfterSeconds }),
    );
  }
}
