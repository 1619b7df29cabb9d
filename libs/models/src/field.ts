import 'reflect-metadata';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  addField,
  type FieldKind,
  type FieldOptions,
  type FieldSpec,
  type ItemSpec,
  type ModelClass,
  type NumberOptions,
  type StringOptions,
} from './field-spec.ts';
import { applyValidation } from './field-validation.ts';

/** What an array holds: a kind, the values of an enum, or the class of its documents. */
type Items = Exclude<FieldKind, 'array' | 'enum' | 'nested'> | readonly string[] | (() => ModelClass);

/**
 * Declares a property of a model, once. From it come the mongoose schema, the `$jsonSchema` validator, the class-validator
 * rules, the OpenAPI property and the search mapping; the TypeScript type is the property's own.
 */
export const Field = {
  string: (options: StringOptions = {}) => declare({ ...options, kind: 'string' }),
  int: (options: NumberOptions = {}) => declare({ ...options, kind: 'int' }),
  long: (options: FieldOptions = {}) => declare({ ...options, kind: 'long' }),
  double: (options: NumberOptions = {}) => declare({ ...options, kind: 'double' }),
  decimal: (options: FieldOptions = {}) => declare({ ...options, kind: 'decimal' }),
  bool: (options: FieldOptions = {}) => declare({ ...options, kind: 'bool' }),
  date: (options: FieldOptions = {}) => declare({ ...options, kind: 'date' }),
  objectId: (options: FieldOptions = {}) => declare({ ...options, kind: 'objectId' }),
  object: (options: FieldOptions = {}) => declare({ ...options, kind: 'object' }),
  mixed: (options: FieldOptions = {}) => declare({ ...options, kind: 'mixed' }),
  enum: (values: readonly string[], options: FieldOptions = {}) => declare({ ...options, kind: 'enum', values }),
  nested: (model: () => ModelClass, options: FieldOptions = {}) => declare({ ...options, kind: 'nested', model }),
  array: (items: Items, options: FieldOptions = {}) => declare({ ...options, kind: 'array', items: itemSpec(items) }),
};

function itemSpec(items: Items): ItemSpec {
  if (typeof items === 'string') return { kind: items };
  return typeof items === 'function' ? { kind: 'nested', model: items } : { kind: 'enum', values: items };
}

function declare(options: Omit<FieldSpec, 'name'>): PropertyDecorator {
  return (prototype, key) => {
    const spec: FieldSpec = { ...options, name: String(key) };
    addField(prototype, spec);
    applyValidation(prototype, spec);
    ApiProperty(openApiOf(spec))(prototype, key);
  };
}

const OPENAPI_TYPES: Record<Exclude<FieldKind, 'array' | 'enum' | 'nested'>, Record<string, unknown>> = {
  string: { type: 'string' },
  int: { type: 'integer' },
  long: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  decimal: { type: 'string', format: 'decimal' },
  bool: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  objectId: { type: 'string', pattern: '^[0-9a-f]{24}$' },
  object: { type: 'object', additionalProperties: true },
  mixed: { type: 'object', additionalProperties: true },
};

function openApiOf(spec: FieldSpec): ApiPropertyOptions {
  const { description, example, minimum, maximum, minLength, maxLength, pattern, nullable } = spec;
  const limits = { description, example, minimum, maximum, minLength, maxLength, pattern, nullable };
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  const item = spec.items ?? spec;
  const type = spec.kind === 'array' ? { isArray: true, ...openApiType(item) } : openApiType(item);
  return { required: spec.optional !== true, ...type, ...given } as ApiPropertyOptions;
}

function openApiType(spec: ItemSpec): Record<string, unknown> {
  if (spec.kind === 'nested') return { type: spec.model };
  if (spec.kind === 'enum') return { enum: spec.values };
  return spec.kind === 'array' ? {} : OPENAPI_TYPES[spec.kind];
}
