import { AppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';

/** What an error of the S3 client says about itself; nothing of it is sure to be there. */
interface S3Failure {
  name?: string;
  /** Of the operating system or of TLS; the client loses it where it wraps what it does not know as an error. */
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Codes of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and of MinIO, Ceph and versitygw beside it. */
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage']);
const DENIED = new Set([
  'AccessDenied',
  'AccountProblem',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'SignatureDoesNotMatch',
  'XAdminUserNotFound',
]);
const AGAIN = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'InternalError',
  'OperationAborted',
  'RequestTimeTooSkewed', // The client takes the server's time from this answer and signs the next request with it.
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'TimeoutError',
  'XAmzContentChecksumMismatch',
]);
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/;

export function nameOfFailure(error: unknown): string {
  return (error as S3Failure | null)?.name ?? 'Error';
}

export function statusOfFailure(error: unknown): number | undefined {
  return (error as S3Failure | null)?.$metadata?.httpStatusCode;
}

/**
 * The registry's error for what the S3 client threw. Only its name, status and request id are kept: the rest may hold the
 * access key, the signature or the host.
 */
export function toObjectStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { name = 'Error', code, message = '', $metadata = {} } = (error ?? {}) as S3Failure;
  const { httpStatusCode: status, requestId } = $metadata;
  const cause = new Error(
    ['S3', status, name, code, requestId && `request ${requestId}`].filter((part) => part !== undefined).join(' '),
  );
  const [appCode, detail] = classify({ name, status, code: code ?? '', message });
  return new AppError(appCode, detail, { cause });
}

interface Failure {
  readonly name: string;
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
}

/** From the special to the general; the first that is true counts. */
const CLASSES: readonly [(failure: Failure) => boolean, ErrorCode, (failure: Failure) => string][] = [
  [
    ({ code, status, message }) => UNTRUSTED.test(code) || (status === undefined && /certificate/i.test(message)),
    'CONFIG_INVALID',
    ({ code }) => `The certificate of the object store is not trusted${code && ` (${code})`}; name its CA.`,
  ],
  [({ name, status }) => status === 507 || FULL.has(name), 'STORAGE_FULL', () => 'The object store has no room left.'],
  [({ name }) => name === 'NoSuchBucket', 'CONFIG_INVALID', () => 'The object store has no bucket of this name.'],
  [
    ({ name, status }) => status === 301 || name === 'PermanentRedirect',
    'CONFIG_INVALID',
    () => 'The bucket is in another region; name its region and endpoint.',
  ],
  [
    ({ name, status }) => status === 501 || name === 'NotImplemented',
    'ENGINE_UNSUITABLE',
    () => 'The object store does not know a call that a repository needs.',
  ],
  [
    ({ name, status }) => status !== undefined && AGAIN.has(name),
    'OBJECT_STORE_UNAVAILABLE',
    ({ name }) => `The object store answered ${name}.`,
  ],
  [
    ({ name, status }) => status === 401 || status === 403 || DENIED.has(name),
    'PERMISSION_DENIED',
    () => 'The object store refused access; check access key, secret key and region.',
  ],
  [
    ({ status }) => status === undefined,
    'OBJECT_STORE_UNAVAILABLE',
    ({ code }) => `The object store cannot be reached${code ? ` (${code})` : ''}.`,
  ],
  [
    ({ status = 0 }) => status < 400 || status >= 500 || [408, 409, 429].includes(status),
    'OBJECT_STORE_UNAVAILABLE',
    ({ status }) => `The object store answered ${status}.`,
  ],
];

function classify(failure: Failure): [ErrorCode, string] {
  for (const [matches, code, tell] of CLASSES) if (matches(failure)) return [code, tell(failure)];
  return ['CONFIG_INVALID', `The object store refused the request (${failure.status} ${safeName(failure.name)}).`];
}

/** A server may put anything into the code of its error. */
function safeName(name: string): string {
  return /^[A-Za-z0-9]{1,60}$/.test(name) ? name : 'unknown';
}
