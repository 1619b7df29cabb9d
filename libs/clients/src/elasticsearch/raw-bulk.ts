import type { Client } from '@elastic/elasticsearch';
import { isStatus, jsonRequest, pathOf } from './raw-request.ts';

export interface RefusedDocument {
  readonly id: string;
  /** The server's name for it, such as `document_parsing_exception`. */
  readonly type: string;
  readonly reason: string;
  /** It was too busy: the same request can succeed later. */
  readonly isBusy: boolean;
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items?: readonly Record<
    string,
    { _id?: string; error?: { type: string; reason: string; caused_by?: { reason?: string } } }
  >[];
}

const BUSY_TYPES = new Set([
  'es_rejected_execution_exception',
  'circuit_breaking_exception',
  'unavailable_shards_exception',
]);

/**
 * Sends NDJSON bytes, action and source lines, to one index, past its ingest pipelines.
 * @returns what was refused; the rest is indexed. A whole request that the server is too busy for is `isBusy` too, with an empty id.
 * @throws AppError ELASTICSEARCH_UNAVAILABLE, TIMEOUT, ENGINE_UNSUITABLE, ResponseError (413: larger than `http.max_content_length`)
 */
export async function sendBulk(
  client: Client,
  index: string,
  bulkBody: Buffer,
  signal?: AbortSignal,
): Promise<RefusedDocument[]> {
  try {
    const answer = await jsonRequest<BulkAnswer>(client, {
      ...{ method: 'POST', path: pathOf(index, '_bulk'), bulkBody, timeoutMs: 120_000 },
      query: { pipeline: '_none', refresh: false, filter_path: 'errors,items.*.error,items.*._id' },
      ...(signal && { signal }),
    });
    return answer.errors ? refusedOf(answer) : [];
  } catch (error) {
    if (!isStatus(error, 429)) throw error;
    return [{ id: '', type: 'es_rejected_execution_exception', reason: 'the whole request', isBusy: true }];
  }
}

function refusedOf({ items = [] }: BulkAnswer): RefusedDocument[] {
  return items.flatMap((item) => {
    const [result] = Object.values(item);
    if (!result?.error) return [];
    const { type, reason, caused_by } = result.error;
    const text = caused_by?.reason === undefined ? reason : `${reason}: ${caused_by.reason}`;
    return [{ id: result._id ?? '', type, reason: text, isBusy: BUSY_TYPES.has(type) }];
  });
}
