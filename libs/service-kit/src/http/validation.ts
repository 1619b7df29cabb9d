import { AppError, type FieldError } from '@lucid/core/app-error';
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

const TIME_TEXT = 'must be an RFC 3339 time with its offset, such as 2026-01-09T14:03:10Z';

/** Rules that a value of another type breaks too, and which then say nothing of their own. */
const TYPE_RULES = [
  'isInt',
  'isNumber',
  'isString',
  'isBoolean',
  'isArray',
  'isObject',
  'isIn',
  'matches',
  'isRFC3339',
  'isDate',
];

/** What a value breaks: its type alone where that is wrong already. One message names one mistake. */
function brokenRules(constraints: Record<string, string>): [string, string][] {
  const broken = Object.entries(constraints);
  const type = broken.find(([rule]) => TYPE_RULES.includes(rule));
  return type ? [type] : broken;
}

/** What class-validator says of its own speaks of classes of JavaScript. */
const TEXTS: Readonly<Record<string, string>> = {
  isDate: TIME_TEXT,
  isRFC3339: TIME_TEXT,
};

/** A field that no route of this address knows. */
export function unknownField(name: string, parent = ''): FieldError {
  const pointer = `${parent}/${escapePointer(name)}`;
  return { pointer, code: 'UNKNOWN_FIELD', message: `${name} is not a field of this request` };
}

/** Flattens class-validator's tree into one entry a broken rule, with a JSON Pointer to the field. */
export function toFieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    // A value that is no object at all has no property that could be named.
    const pointer =
      (error.property as string | undefined) === undefined ? parent : `${parent}/${escapePointer(error.property)}`;
    const own = brokenRules(error.constraints ?? {}).map(([rule, message]) => {
      if (rule === 'whitelistValidation') return unknownField(error.property, parent);
      return { pointer, code: rule.replace(/([A-Z])/g, '_$1').toUpperCase(), message: TEXTS[rule] ?? message };
    });
    return [...own, ...toFieldErrors(error.children ?? [], pointer)];
  });
}

/** Where the decorators of the OpenAPI document keep what they say of a property (DECORATORS.API_MODEL_PROPERTIES). */
const API_PROPERTY = 'swagger/apiModelProperties';

/**
 * Nulls where the document has none. `@IsOptional` passes null as if nothing were there, and then it is taken for a value: it is
 * refused, unless the property is documented as nullable. What no DTO describes, such as a document, may hold any.
 */
function findNulls(value: object, parent = ''): FieldError[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]): FieldError[] => {
    const pointer = `${parent}/${escapePointer(name)}`;
    if (part === null) {
      const documented = Reflect.getMetadata(API_PROPERTY, value, name) as { nullable?: boolean } | undefined;
      if (!documented || documented.nullable) return [];
      return [{ pointer, code: 'NULL', message: `${name} is left out or has a value; it is not null` }];
    }
    if (isDto(part)) return findNulls(part, pointer);
    // One kind of element in one list: documents need not be looked through.
    if (!Array.isArray(part) || !isDto(part[0])) return [];
    return part.flatMap((one: object, index) => findNulls(one, `${pointer}/${index}`));
  });
}

function isDto(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.getPrototypeOf(value) !== Object.prototype;
}

/** The refusal of a request with these fields. */
export function refuseFields(fields: FieldError[]): AppError {
  const named = fields
    .map(({ pointer }) => (pointer === '' ? 'the body' : pointer))
    .slice(0, 5)
    .join(', ');
  return new AppError('VALIDATION_FAILED', `${fields.length} problem(s) with ${named}`, { errors: fields });
}

/** As Nest's, but that null is no value. */
class StrictPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const valid: unknown = await super.transform(value, metadata);
    if (metadata.type !== 'body' || typeof valid !== 'object' || valid === null) return valid;
    const nulls = findNulls(valid);
    if (nulls.length > 0) throw refuseFields(nulls);
    return valid;
  }
}

/** Validates bodies and queries against their DTO: unknown fields and wrong types are refused, nothing is guessed. */
export function createValidationPipe(): ValidationPipe {
  return new StrictPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => refuseFields(toFieldErrors(errors)),
  });
}
