import { fieldsOf, type FieldKind, type FieldSpec, type ItemSpec, type ModelClass } from './field-spec.ts';

type JsonSchema = Record<string, unknown>;

/** A JavaScript number beyond 32 bits is stored as a double: `int` allows any BSON number that is whole. */
const BSON_TYPES: Record<Exclude<FieldKind, 'enum' | 'mixed'>, readonly string[]> = {
  string: ['string'],
  int: ['int', 'long', 'double'],
  long: ['long', 'int'],
  double: ['double', 'int', 'long'],
  decimal: ['decimal', 'long', 'int'],
  bool: ['bool'],
  date: ['date'],
  objectId: ['objectId'],
  object: ['object'],
  array: ['array'],
  nested: ['object'],
};

/**
 * The validator of a model (https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/). Declared fields are
 * checked, others are allowed: a Lucid service may store more than the suite knows.
 */
export function jsonSchemaOf(model: ModelClass): JsonSchema {
  const specs = fieldsOf(model);
  const required = specs.filter((spec) => !spec.optional).map((spec) => spec.name);
  const properties = Object.fromEntries(
    specs.filter((spec) => spec.kind !== 'mixed').map((spec) => [spec.name, propertyOf(spec)]),
  );
  return { bsonType: 'object', ...(required.length > 0 && { required }), properties };
}

function propertyOf(spec: FieldSpec): JsonSchema {
  const { minimum, maximum, minLength, maxLength, pattern } = spec;
  const limits = Object.entries({ minimum, maximum, minLength, maxLength, pattern });
  return {
    ...typeOf(spec, spec.nullable === true),
    ...(spec.items && spec.items.kind !== 'mixed' && { items: typeOf(spec.items, false) }),
    ...Object.fromEntries(limits.filter(([, value]) => value !== undefined)),
  };
}

function typeOf(spec: ItemSpec, isNullable: boolean): JsonSchema {
  if (spec.kind === 'mixed') return {};
  if (spec.kind === 'enum') return { enum: [...(spec.values ?? []), ...(isNullable ? [null] : [])] };
  const types = isNullable ? [...BSON_TYPES[spec.kind], 'null'] : BSON_TYPES[spec.kind];
  const bsonType = types.length === 1 ? types[0] : types;
  if (spec.kind === 'int') return { bsonType, multipleOf: 1 };
  return spec.kind === 'nested' && spec.model ? { ...jsonSchemaOf(spec.model()), bsonType } : { bsonType };
}
