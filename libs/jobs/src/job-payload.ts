import { createHash } from 'node:crypto';
import { AppError, type FieldError } from '@lucid/core/app-error';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import type { JobContract } from './contracts/job-contract.ts';

/**
 * The payload as plain JSON without undefined fields, checked by its class: whatever asks for a job (a route, a schedule, another
 * service), the worker gets only what the contract allows. @throws AppError VALIDATION_FAILED
 */
export async function checkPayload<P extends object>(contract: JobContract<P>, payload: P): Promise<P> {
  const plain = JSON.parse(JSON.stringify(payload)) as P;
  const problems = await validate(plainToInstance(contract.payload, plain), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  const errors = toFieldErrors(problems);
  if (errors.length === 0) return plain;
  const named = errors.map((field) => field.pointer).slice(0, 5);
  throw new AppError('VALIDATION_FAILED', `${contract.name}: correct ${named.join(', ')}`, { errors });
}

/** SHA-256 of name and payload, whatever the order of the fields. */
export function hashPayload(name: string, payload: object): string {
  return createHash('sha256')
    .update(canonical([name, payload]))
    .digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function toFieldErrors(problems: readonly ValidationError[], parent = ''): FieldError[] {
  return problems.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
      pointer,
      code: rule === 'whitelistValidation' ? 'UNKNOWN_FIELD' : rule.replace(/([A-Z])/g, '_$1').toUpperCase(),
      message: rule === 'whitelistValidation' ? `${property} is not a field of this job` : message,
    }));
    return [...own, ...toFieldErrors(children ?? [], pointer)];
  });
}
