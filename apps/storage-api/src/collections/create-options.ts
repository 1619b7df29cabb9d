import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError, type FieldError } from '@lucid/core/app-error';
import { allModels } from '@lucid/models/all-models';
import type { ModelDefinition } from '@lucid/models/model-definition';
import type { CreateCollectionOptions, Document } from 'mongodb';
import type { CreateCollectionDto } from './collections.dto.ts';

/** The model of the main database with this name, or of the collection with this name. @throws AppError VALIDATION_FAILED */
export function modelNamed(name: string): ModelDefinition {
  const wanted = name.toLowerCase();
  const models = allModels().filter(({ database }) => database === 'main');
  const found = models.find((model) => model.name.toLowerCase() === wanted || model.collection === wanted);
  if (found) return found;
  const names = models.map((model) => model.name).join(', ');
  throw refusal([{ pointer: '/model', code: 'UNKNOWN_MODEL', message: `is none of ${names}` }]);
}

/** With a model nothing else may be asked for: it decides. @throws AppError VALIDATION_FAILED */
export function assertModelAlone({ name: _name, model: _model, ...others }: CreateCollectionDto): void {
  const given = Object.entries(others).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return;
  throw refusal(
    given.map(([field]) => ({ pointer: `/${field}`, code: 'EXCLUSIVE', message: 'is decided by the model' })),
  );
}

/**
 * The options of `create`: https://www.mongodb.com/docs/manual/reference/command/create/
 * @throws AppError VALIDATION_FAILED for what excludes each other, EXTENDED_JSON_INVALID in the validator
 */
export function createOptions(dto: CreateCollectionDto): CreateCollectionOptions {
  assertCombination(dto);
  const { validator, validationLevel, validationAction, timeseries, capped, expireAfterSeconds } = dto;
  return {
    ...(validator && { validator: fromExtendedJson(validator, '/validator') as Document }),
    ...(validationLevel && { validationLevel }),
    ...(validationAction && { validationAction }),
    ...(timeseries && { timeseries: { ...timeseries } as NonNullable<CreateCollectionOptions['timeseries']> }),
    ...(capped && { capped: true, size: capped.sizeBytes, ...(capped.documents && { max: capped.documents }) }),
    ...(dto.clustered && { clusteredIndex: { key: { _id: 1 }, unique: true } }),
    ...(expireAfterSeconds && { expireAfterSeconds }),
    ...(dto.collation && { collation: { ...dto.collation } }),
    ...(dto.preAndPostImages && { changeStreamPreAndPostImages: { enabled: true } }),
  };
}

function assertCombination({
  timeseries,
  capped,
  clustered,
  validator,
  expireAfterSeconds,
}: CreateCollectionDto): void {
  const errors: FieldError[] = [];
  const exclude = (pointer: string, message: string): number => errors.push({ pointer, code: 'EXCLUSIVE', message });
  if (timeseries && capped) exclude('/capped', 'a time series cannot be capped: use expireAfterSeconds');
  if (timeseries && clustered) exclude('/clustered', 'a time series is clustered already');
  if (timeseries && validator) exclude('/validator', 'MongoDB does not validate time series');
  if (capped && clustered) exclude('/clustered', 'a capped collection keeps the order of insertion');
  if (expireAfterSeconds && !timeseries && !clustered)
    exclude('/expireAfterSeconds', 'only a time series or a clustered collection expires; else make a TTL index');
  if (errors.length > 0) throw refusal(errors);
}

function refusal(errors: FieldError[]): AppError {
  const detail = errors.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join('; ');
  return new AppError('VALIDATION_FAILED', detail, { errors });
}
