import { STATUS_CODES } from 'node:http';
import { AppError, type FieldError } from '@lucid/core/app-error';
import { ERRORS, type ErrorCode } from '@lucid/models/errors';

/** A problem document (RFC 9457) with the suite's own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ErrorCode;
  correlationId: string;
  retryable: boolean;
  errors?: FieldError[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: 'VALIDATION_FAILED',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'ADDRESS_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
};

/**
 * Makes an AppError of what the HTTP layer threw with a status below 500; `undefined` for anything else.
 * @param contentTypes which the route takes
 */
export function fromHttpError(error: unknown, contentTypes: readonly string[] = JSON_TYPES): AppError | undefined {
  const candidate = error as { statusCode?: unknown; status?: unknown; code?: unknown; message?: unknown };
  const status = Number(candidate.statusCode ?? candidate.status);
  if (!(status >= 400 && status < 500)) return undefined;
  if (status === 400 && /^FST_ERR_CTP|JSON/.test(`${String(candidate.code)} ${String(candidate.message)}`)) {
    const detail = 'the body is not well-formed JSON, or has a key `__proto__`, which is not taken';
    return new AppError('MALFORMED_BODY', detail, { cause: error });
  }
  if (candidate.code === 'FST_ERR_BAD_URL') {
    return new AppError('VALIDATION_FAILED', 'the address is not well-formed: check its percent-encoding', {
      cause: error,
    });
  }
  const code = BY_STATUS[status] ?? 'VALIDATION_FAILED';
  return new AppError(code, detailOf(status, contentTypes), { cause: error });
}

const JSON_TYPES = ['application/json'];

function detailOf(status: number, contentTypes: readonly string[]): string {
  if (status === 404)
    return 'there is no such route: GET /docs shows those of this service, GET /openapi.json lists them';
  if (status === 415) return `send Content-Type: ${contentTypes.join(' or ')}`;
  return STATUS_CODES[status] ?? 'refused';
}

export function toProblem(error: AppError, instance: string, correlationId: string): Problem {
  const { code, status, title, detail, retryable, errors } = error.toStored();
  // Relative to the service that answers, which explains it there (RFC 9457, 3.1.1).
  const type = `/problems/${code}`;
  return { type, title, status, detail, instance, code, correlationId, retryable, ...(errors && { errors }) };
}

/** Any error as one that may be shown: unknown ones become INTERNAL and say nothing of their cause. */
export function toShownError(
  error: unknown,
  known: (error: unknown) => AppError | undefined,
  contentTypes?: readonly string[],
): AppError {
  if (error instanceof AppError) return error;
  const translated = known(error) ?? fromHttpError(error, contentTypes);
  return (
    translated ??
    new AppError('INTERNAL', `${ERRORS.INTERNAL.title}; the correlation id finds it in the log`, { cause: error })
  );
}
