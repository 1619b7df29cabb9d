import type { Readable } from 'node:stream';
import { type Client, errors } from '@elastic/elasticsearch';
import { AppError } from '@lucid/core/app-error';
import { toElasticsearchAppError } from './connection.ts';

export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names in it are encoded by `pathOf`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** JSON text as it is to be sent. */
  readonly body?: Buffer | string;
  /** NDJSON of a bulk request instead of `body`. */
  readonly bulkBody?: Buffer;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** An answer beyond it is given up with `AnswerTooLarge`. */
  readonly maxBytes?: number;
}

/** The answer had more bytes than the caller can take at once: ask for less. */
export class AnswerTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer of Elasticsearch has more than ${maxBytes} bytes`);
  }
}

const DEFAULT_MAX_BYTES = 1024 ** 3;
const JSON_TYPE = 'application/vnd.elasticsearch+json; compatible-with=8';
const BULK_TYPE = 'application/vnd.elasticsearch+x-ndjson; compatible-with=8';

/** `['lucid_a', '_search']` → `/lucid_a/_search`, whatever characters a name has. */
export function pathOf(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

/**
 * Sends a request and gives the answer's bytes as the server wrote them: no number is turned into a double, no object is made.
 * @throws ResponseError (the caller may judge 400, 404, 409), AppError ELASTICSEARCH_UNAVAILABLE, TIMEOUT, ENGINE_UNSUITABLE,
 * AnswerTooLarge, and the signal's reason
 */
export async function rawRequest(client: Client, request: RawRequest): Promise<Buffer> {
  const { method, path, query, body, bulkBody, signal, timeoutMs, maxBytes = DEFAULT_MAX_BYTES } = request;
  const type = bulkBody ? BULK_TYPE : JSON_TYPE;
  try {
    signal?.throwIfAborted();
    const answer = await client.transport.request<Readable, unknown>(
      {
        ...{ method, path, querystring: { ...query } },
        ...(body !== undefined && { body }),
        ...(bulkBody && { bulkBody: bulkBody as never }),
      },
      {
        ...{ asStream: true, meta: true, headers: { 'content-type': type, accept: JSON_TYPE } },
        ...(signal && { signal }),
        ...(timeoutMs !== undefined && { requestTimeout: timeoutMs }),
      },
    );
    const bytes = await readAll(answer.body, maxBytes);
    const status = answer.statusCode ?? 0;
    if (status < 400) return bytes;
    throw new errors.ResponseError({ ...answer, body: parsed(bytes) });
  } catch (error) {
    signal?.throwIfAborted();
    throw toElasticsearchAppError(error) ?? (isBrokenBody(error) ? unfinished(error) : error);
  }
}

/** As `rawRequest`, for answers whose numbers all fit a double. */
export async function jsonRequest<T>(client: Client, request: RawRequest): Promise<T> {
  return JSON.parse((await rawRequest(client, request)).toString()) as T;
}

/** What kind of error the server named (`index_not_found_exception`), undefined where it is no answer of the server. */
export function errorTypeOf(error: unknown): string | undefined {
  const cause = responseErrorOf(error);
  const body = cause?.body as { error?: { type?: string } | string } | undefined;
  return typeof body?.error === 'object' ? body.error.type : undefined;
}

export function isStatus(error: unknown, status: number): boolean {
  return responseErrorOf(error)?.statusCode === status;
}

function responseErrorOf(error: unknown): errors.ResponseError | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof errors.ResponseError ? cause : undefined;
}

async function readAll(stream: Readable, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream.
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new AnswerTooLarge(maxBytes);
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, bytes);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes.toString('utf8', 0, 1000);
  }
}

/** The connection ended inside the answer: undici has its own errors for that. */
function isBrokenBody(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string };
  return (code?.startsWith('UND_ERR_') ?? false) || code === 'ECONNRESET' || name === 'RequestAbortedError';
}

function unfinished(cause: unknown): AppError {
  const detail = 'Elasticsearch broke an answer off: check the state of the cluster';
  return new AppError('ELASTICSEARCH_UNAVAILABLE', detail, { cause, retryAfterSeconds: 5 });
}
