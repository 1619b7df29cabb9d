import { createValidationPipe } from '@lucid/service-kit/http/validation';
import type { Type } from '@nestjs/common';

const pipe = createValidationPipe();

/**
 * A body as its DTO, whose `free` fields (validators, keys of an index, values of the cache) are passed on as they were sent. On the usual way Nest takes keys called
 * `constructor` and `prototype` out of everything, and class-transformer once more: a field that goes missing unsaid would change what an
 * index or a validator means. The route takes its body as `unknown` then, and documents it with `@ApiBody`.
 * Of a list among them nothing is checked but that it is one. @throws AppError VALIDATION_FAILED
 */
export async function readBody<T extends object>(type: Type<T>, body: unknown, free: (keyof T & string)[]): Promise<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return validated(type, body);
  const copy: Record<string, unknown> = { ...body };
  const sent: Record<string, unknown> = {};
  for (const field of free) {
    const value = copy[field];
    if (typeof value !== 'object' || value === null) continue;
    sent[field] = value;
    copy[field] = Array.isArray(value) ? [] : {};
  }
  return Object.assign(await validated(type, copy), sent);
}

async function validated<T extends object>(type: Type<T>, body: unknown): Promise<T> {
  return (await pipe.transform(body, { type: 'body', metatype: type })) as T;
}
