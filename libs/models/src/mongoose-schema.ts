import mongoose from 'mongoose';
import { fieldsOf, type FieldKind, type FieldSpec, type ItemSpec, type ModelClass } from './field-spec.ts';

type Definition = Record<string, unknown>;

const { Types } = mongoose.Schema;

const SCHEMA_TYPES: Record<Exclude<FieldKind, 'array' | 'nested'>, unknown> = {
  string: String,
  enum: String,
  int: Number,
  long: Types.BigInt,
  double: Types.Double,
  decimal: Types.Decimal128,
  bool: Boolean,
  date: Date,
  objectId: Types.ObjectId,
  object: Types.Mixed,
  mixed: Types.Mixed,
};

/**
 * The mongoose schema of a model. It creates neither collection nor index (the initializer does), and adds neither `__v` nor
 * `_id`s to nested documents, so that what it writes is what the model says. Fields it does not know are kept (`strict: false`).
 */
export function mongooseSchemaOf(model: ModelClass, collection?: string): mongoose.Schema {
  const fields = fieldsOf(model);
  const definition = Object.fromEntries(fields.map((spec) => [spec.name, propertyOf(spec)]));
  const isNested = collection === undefined;
  return new mongoose.Schema(definition as mongoose.SchemaDefinition, {
    ...(isNested ? { _id: fields.some((spec) => spec.name === '_id') } : { collection }),
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: false,
  });
}

function propertyOf(spec: FieldSpec): Definition {
  const { minimum, maximum, minLength, maxLength, pattern } = spec;
  // mongoose reads `required` as "not null": a nullable field is left to the database's own validator.
  const required = !spec.optional && !spec.nullable;
  const common = { required, ...(spec.kind !== 'array' && { default: undefined }) };
  if (spec.kind === 'array' && spec.items) return { ...common, type: [itemOf(spec.items)], default: undefined };
  const limits = Object.entries({ min: minimum, max: maximum, minlength: minLength, maxlength: maxLength });
  return {
    ...common,
    ...itemOf(spec),
    ...Object.fromEntries(limits.filter(([, value]) => value !== undefined)),
    ...(pattern !== undefined && { match: new RegExp(pattern) }),
  };
}

function itemOf(spec: ItemSpec): Definition {
  if (spec.kind === 'nested' && spec.model) return { type: mongooseSchemaOf(spec.model()) };
  if (spec.kind === 'array' || spec.kind === 'nested') return { type: Types.Mixed };
  return {
    type: SCHEMA_TYPES[spec.kind],
    ...(spec.kind === 'enum' && { enum: [...(spec.values ?? [])] }),
    ...(spec.kind === 'int' && {
      validate: (value: unknown) => (value ?? null) === null || Number.isSafeInteger(value),
    }),
  };
}
