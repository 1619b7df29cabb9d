import { AppError, type FieldError } from '@lucid/core/app-error';
import type { ModelDefinition } from '@lucid/models/model-definition';
import type { Db, Document } from 'mongodb';
import { isValidatorEqual, type StoredCollection } from './collections.ts';

/** Documents named for each collection. */
const NAMED_DOCUMENTS = 10;

interface Checked {
  readonly db: Db;
  readonly model: ModelDefinition;
  readonly stored: StoredCollection | undefined;
}

/**
 * Refuses validators that stored documents break: such a document could be read, but no longer changed. A document written
 * between this look and the change of the validator is not seen; it was valid by the rule of its time.
 * @throws AppError VALIDATOR_CONFLICT
 */
export async function assertNoValidatorConflicts(places: readonly Checked[]): Promise<void> {
  const errors: FieldError[] = [];
  for (const { db, model, stored } of places) {
    if (!stored || stored.type !== 'collection' || !model.validator || isValidatorEqual(model, stored)) continue;
    const broken = await db
      .collection(model.collection)
      .find({ $nor: [{ $jsonSchema: model.validator as Document }] }, { projection: { _id: 1 } })
      .limit(NAMED_DOCUMENTS)
      .toArray();
    for (const { _id } of broken) {
      const pointer = `/${db.databaseName}/${model.collection}/${idText(_id)}`;
      errors.push({ pointer, code: 'DOCUMENT_INVALID', message: 'breaks the new validator' });
    }
  }
  if (errors.length === 0) return;
  const named = errors.map((error) => error.pointer.slice(1)).join(', ');
  throw new AppError('VALIDATOR_CONFLICT', `correct or remove these documents first: ${named}`, { errors });
}

function idText(id: unknown): string {
  const text = typeof id === 'string' ? id : (JSON.stringify(id) ?? String(id)).replace(/^"|"$/g, '');
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}
