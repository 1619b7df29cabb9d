import { ERRORS, type ErrorCode } from '@lucid/models/errors';
import { SetMetadata } from '@nestjs/common';

export const ROUTE_PROBLEMS = 'lucid:problems';

/**
 * Error codes that a route answers beside those that every route of its kind has (no key, bad input, an engine that is away): the
 * OpenAPI document names them with their statuses. At a controller they are those of all its routes.
 */
export const Problems = (...codes: ErrorCode[]): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_PROBLEMS, codes);

/** What the router, the parser and the guard answer, by what an operation has. */
export interface OperationTraits {
  isPublic: boolean;
  hasParameters: boolean;
  hasPathParameters: boolean;
  hasBody: boolean;
  hasIfMatch: boolean;
  startsJob: boolean;
}

/** Of every operation of this kind. */
export function problemsOf(traits: OperationTraits): ErrorCode[] {
  const codes: ErrorCode[] = [];
  if (!traits.isPublic)
    codes.push(
      'UNAUTHENTICATED',
      'FORBIDDEN',
      'TOO_MANY_REQUESTS',
      'HEADERS_TOO_LARGE',
      'MONGODB_UNAVAILABLE',
      'TIMEOUT',
    );
  if (!traits.isPublic || traits.hasParameters || traits.hasBody) codes.push('VALIDATION_FAILED');
  if (traits.hasPathParameters) codes.push('NOT_FOUND', 'ADDRESS_TOO_LONG');
  if (traits.hasBody) codes.push('MALFORMED_BODY', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (traits.hasIfMatch) codes.push('PRECONDITION_FAILED');
  if (traits.startsJob) codes.push('IDEMPOTENCY_KEY_REUSED');
  return codes;
}

/** Codes by their status, in the order of the registry. */
export function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const found = new Map<number, ErrorCode[]>();
  for (const code of [...new Set(codes)])
    found.set(ERRORS[code].status, [...(found.get(ERRORS[code].status) ?? []), code]);
  return new Map([...found].sort(([a], [b]) => a - b));
}
