import { ERRORS, type ErrorCode } from '@lucid/models/errors';

/** One field of the input that is wrong: where (JSON Pointer, RFC 6901), a code, and what to do. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  errors?: FieldError[];
  /** Overrides the registry where one occurrence differs: may the same call succeed later unchanged? */
  retryable?: boolean;
  /** Seconds for a Retry-After header. */
  retryAfterSeconds?: number;
}

/** The plain form of an error as it is stored with a job and sent as `application/problem+json`. */
export interface StoredError {
  code: ErrorCode;
  status: number;
  title: string;
  detail: string;
  retryable: boolean;
  errors?: FieldError[];
}

/**
 * An error that a caller can act on: a code of the registry and a detail that says what to do. The detail is shown to
 * callers, so it never holds a secret, a host name or the text of a driver; those belong into `cause`, which is only logged.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.retryable = options.retryable ?? ERRORS[code].retryable;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  toStored(): StoredError {
    const { code, status, retryable, errors } = this;
    return { code, status, title: ERRORS[code].title, detail: this.message, retryable, ...(errors && { errors }) };
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

const SYSTEM_CODES: Record<string, ErrorCode> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  EROFS: 'PERMISSION_DENIED',
};

/** Translates an operating-system error of a storage path; anything else comes back as it is. */
export function fromSystemError(error: unknown, what: string): unknown {
  const code = SYSTEM_CODES[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return code ? new AppError(code, `${what}: ${ERRORS[code].title.toLowerCase()}`, { cause: error }) : error;
}
