import type { Client } from '@elastic/elasticsearch';
import { AppError } from '@lucid/core/app-error';
import { type HitPage, readHitPage } from './hits.ts';
import { AnswerTooLarge, isStatus, jsonRequest, pathOf, rawRequest } from './raw-request.ts';

/** One shard of an index at one instant. A slice is a shard: its order repeats while its segments do. */
export interface PointInTime {
  readonly index: string;
  readonly shard: number;
  id: string;
}

export interface ReadOptions {
  readonly keepAlive: string;
  readonly signal?: AbortSignal;
  /** What one answer should have; documents are asked for by number, which follows their size. */
  readonly pageBytes?: number;
}

const PAGE_BYTES = 4 * 1024 * 1024;
/** An answer of several documents beyond it is asked for again with fewer of them. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
const FIRST_PAGE = 100;
/** The server builds an answer in its heap: more at a time would put it at risk where large documents follow small ones. */
const LARGEST_PAGE = 1000;

/** @throws AppError ELASTICSEARCH_UNAVAILABLE (503: the shard has no copy), and ResponseError such as 404 */
export async function openPointInTime(
  client: Client,
  { index, shard }: { index: string; shard: number },
  { keepAlive, signal }: ReadOptions,
): Promise<PointInTime> {
  const { id } = await jsonRequest<{ id: string }>(client, {
    method: 'POST',
    path: pathOf(index, '_pit'),
    query: { keep_alive: keepAlive, preference: `_shards:${shard}` },
    ...(signal && { signal }),
  });
  return { index, shard, id };
}

/** Keeps a point in time that is not read yet. @throws AppError CAPTURE_RESTARTED where it is gone */
export async function renewPointInTime(client: Client, pit: PointInTime, options: ReadOptions): Promise<void> {
  const page = await search(client, pit, { ...options, size: 0, after: undefined });
  pit.id = page.pitId ?? pit.id;
}

/** Frees what the server keeps for them. One that is gone already is fine. */
export async function closePointInTime(client: Client, pit: PointInTime): Promise<void> {
  try {
    await rawRequest(client, { method: 'DELETE', path: '/_pit', body: JSON.stringify({ id: pit.id }) });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

/**
 * Every document of the shard, a page at a time, the next one already on its way while the caller works on this. Memory: two pages.
 * @throws AppError CAPTURE_RESTARTED (the point in time is gone, or a shard failed while it was read), ELASTICSEARCH_UNAVAILABLE, TIMEOUT
 */
export async function* readShard(client: Client, pit: PointInTime, options: ReadOptions): AsyncGenerator<HitPage> {
  const { pageBytes = PAGE_BYTES } = options;
  let size = FIRST_PAGE;
  let after: string | undefined;
  let next: Promise<HitPage> | undefined;
  let left = 0;
  for (;;) {
    const page: HitPage = await (next ?? fetchPage(client, pit, { ...options, size, after }));
    if (after === undefined) left = page.total ?? 0;
    left -= page.hits.length;
    if (page.hits.length === 0 && left !== 0) throw incomplete(pit);
    if (page.hits.length === 0) return;
    pit.id = page.pitId ?? pit.id;
    after = page.lastSort;
    size = nextSize(page, pageBytes, size);
    next = fetchPage(client, pit, { ...options, size, after });
    next.catch(() => undefined); // thrown where it is awaited
    yield page;
  }
}

function nextSize({ text, hits }: HitPage, pageBytes: number, size: number): number {
  const fitting = Math.floor(pageBytes / (text.length / hits.length));
  return Math.max(1, Math.min(fitting, size * 4, LARGEST_PAGE));
}

interface PageRequest extends ReadOptions {
  readonly size: number;
  readonly after: string | undefined;
}

/** A page that is too large, for us or for the server's circuit breakers, is asked for again with fewer documents. */
async function fetchPage(client: Client, pit: PointInTime, request: PageRequest): Promise<HitPage> {
  for (let { size } = request; ; size = Math.max(1, Math.floor(size / 8))) {
    try {
      return await search(client, pit, { ...request, size });
    } catch (error) {
      const isTooLarge = error instanceof AnswerTooLarge || isStatus(error, 429);
      if (!isTooLarge || size === 1) throw error;
    }
  }
}

async function search(client: Client, pit: PointInTime, { size, after, ...options }: PageRequest): Promise<HitPage> {
  const { keepAlive, signal } = options;
  // The first page says how many there are; from then on the server may stop after each page.
  const body =
    `{"pit":{"id":${JSON.stringify(pit.id)},"keep_alive":${JSON.stringify(keepAlive)}},"size":${size},"version":true,` +
    `"sort":[{"_shard_doc":"asc"}],"track_total_hits":${after === undefined}${after === undefined ? '' : `,"search_after":${after}`}}`;
  const page = readHitPage(await sendSearch(client, body, size, signal));
  if (!page.timedOut && page.failedShards === 0) return page;
  throw incomplete(pit);
}

function incomplete({ index, shard }: PointInTime): AppError {
  return new AppError('CAPTURE_RESTARTED', `Shard ${shard} of ${index} failed while it was read.`);
}

async function sendSearch(client: Client, body: string, size: number, signal?: AbortSignal): Promise<Buffer> {
  try {
    return await rawRequest(client, {
      ...{ method: 'POST', path: '/_search', query: { allow_partial_search_results: false }, body },
      ...(size > 1 && { maxBytes: MAX_PAGE_BYTES }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    const detail = 'Elasticsearch lost the point in time that was read: a node restarted, or the index was deleted.';
    throw new AppError('CAPTURE_RESTARTED', detail, { cause: error });
  }
}
