import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { Decimal128, Long, ObjectId } from 'mongodb';
import type { FieldKind, FieldSpec, ItemSpec } from './field-spec.ts';

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** Kinds whose values may be BSON classes, at some depth: class-transformer would copy those, and fail. */
const AS_THEY_ARE = new Set<FieldKind>(['long', 'decimal', 'objectId', 'object', 'mixed']);

/** Puts the class-validator (and, for dates and nested documents, class-transformer) rules of a field on its property. */
export function applyValidation(prototype: object, spec: FieldSpec): void {
  for (const rule of rulesOf(spec)) rule(prototype, spec.name);
}

function rulesOf(spec: FieldSpec): PropertyDecorator[] {
  const rules: PropertyDecorator[] = spec.optional || spec.nullable ? [IsOptional()] : [];
  if (AS_THEY_ARE.has((spec.items ?? spec).kind)) rules.push(...asItIs());
  if (spec.kind === 'array' && spec.items) rules.push(IsArray(), ...typeRules(spec.items, true));
  else rules.push(...typeRules(spec, false));
  if (spec.minimum !== undefined) rules.push(Min(spec.minimum));
  if (spec.maximum !== undefined) rules.push(Max(spec.maximum));
  if (spec.minLength !== undefined) rules.push(MinLength(spec.minLength));
  if (spec.maxLength !== undefined) rules.push(MaxLength(spec.maxLength));
  if (spec.pattern !== undefined) rules.push(Matches(new RegExp(spec.pattern)));
  return rules;
}

function typeRules(spec: ItemSpec, each: boolean): PropertyDecorator[] {
  switch (spec.kind) {
    case 'string':
      return [IsString({ each })];
    case 'int':
      return [holds('isInt', 'a whole number', Number.isSafeInteger, each)];
    case 'long':
      return [holds('isLong', 'a 64-bit integer', isLong, each)];
    case 'double':
      return [IsNumber({ allowInfinity: false, allowNaN: false }, { each })];
    case 'decimal':
      return [holds('isDecimal128', 'a decimal number as text', isDecimal, each)];
    case 'bool':
      return [IsBoolean({ each })];
    case 'date':
      return [Type(() => Date), IsDate({ each })];
    case 'objectId':
      return [holds('isObjectId', 'an ObjectId', isObjectId, each)];
    case 'object':
      return [IsObject({ each })];
    case 'enum':
      return [IsIn([...(spec.values ?? [])], { each })];
    case 'nested':
      return [IsObject({ each }), ValidateNested({ each }), Type(() => spec.model?.() ?? Object)];
    default:
      return [holds('isDefined', 'present', (value) => value !== undefined, each)];
  }
}

/** A type that class-transformer makes without looking inside, and then the value that was given. */
function asItIs(): PropertyDecorator[] {
  return [Type(() => Boolean), Transform(({ obj, key }) => (obj as Record<string, unknown>)[key])];
}

function holds(name: string, what: string, validate: (value: unknown) => boolean, each: boolean): PropertyDecorator {
  const validator = { validate, defaultMessage: () => `$property must be ${what}` };
  return ValidateBy({ name, validator }, { each });
}

function isLong(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= LONG_MIN && value <= LONG_MAX;
  return Long.isLong(value) || Number.isSafeInteger(value);
}

function isDecimal(value: unknown): boolean {
  if (value instanceof Decimal128) return true;
  return typeof value === 'string' && /^-?\d{1,34}(\.\d{1,34})?$/.test(value);
}

function isObjectId(value: unknown): boolean {
  return value instanceof ObjectId || (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value));
}
