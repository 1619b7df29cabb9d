import { AppError, type FieldError } from '@lucid/core/app-error';
import { ValidationPipe, type ValidationError } from '@nestjs/common';

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

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
];

/** What a value breaks: its type alone where that is wrong already. One message names one mistake. */
function brokenRules(constraints: Record<string, string>): [string, string][] {
  const broken = Object.entries(constraints);
  const type = broken.find(([rule]) => TYPE_RULES.includes(rule));
  return type ? [type] : broken;
}

/** Flattens class-validator's tree into one entry a broken rule, with a JSON Pointer to the field. */
export function toFieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    // A value that is no object at all has no property that could be named.
    const pointer =
      (error.property as string | undefined) === undefined ? parent : `${parent}/${escapePointer(error.property)}`;
    const own = brokenRules(error.constraints ?? {}).map(([rule, message]) => ({
      pointer,
      code: rule === 'whitelistValidation' ? 'UNKNOWN_FIELD' : rule.replace(/([A-Z])/g, '_$1').toUpperCase(),
      message: rule === 'whitelistValidation' ? `${error.property} is not a field of this request` : message,
    }));
    return [...own, ...toFieldErrors(error.children ?? [], pointer)];
  });
}

/** Validates bodies and queries against their DTO: unknown fields and wrong types are refused, nothing is guessed. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => {
      const fields = toFieldErrors(errors);
      const named = fields
        .map((field) => field.pointer)
        .slice(0, 5)
        .join(', ');
      return new AppError('VALIDATION_FAILED', `${fields.length} problem(s) with ${named}`, { errors: fields });
    },
  });
}
