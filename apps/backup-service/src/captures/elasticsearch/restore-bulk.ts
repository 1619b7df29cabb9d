import { type RefusedDocument, sendBulk } from '@lucid/clients/elasticsearch/raw-bulk';
import { isStatus } from '@lucid/clients/elasticsearch/raw-request';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { ElasticsearchRestoreContext } from './restore-context.ts';

const NEWLINE = 0x0a;
const BULK_BYTES = 1024 * 1024;
/** Requests under way at a time; with 1 MB each a prototype came near to what the server can take. */
const IN_FLIGHT = 4;
const MAX_TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const NAMED_DOCUMENTS = 10;

/** Cuts NDJSON into parts of whole documents (two lines each), of about `partBytes` or one document. @throws AppError CHUNK_CORRUPT */
export async function* wholeDocuments(source: AsyncIterable<Buffer>, partBytes = BULK_BYTES): AsyncGenerator<Buffer> {
  let text: Buffer = Buffer.alloc(0);
  let scanned = 0;
  let lines = 0;
  for await (const chunk of source) {
    text = text.length === 0 ? chunk : Buffer.concat([text, chunk]);
    let start = 0;
    for (let at = text.indexOf(NEWLINE, scanned); at >= 0; at = text.indexOf(NEWLINE, at + 1)) {
      lines += 1;
      if (lines % 2 !== 0 || at + 1 - start < partBytes) continue;
      yield text.subarray(start, at + 1);
      start = at + 1;
    }
    text = text.subarray(start);
    scanned = text.length;
  }
  const isWhole = lines % 2 === 0 && (text.length === 0 || text[text.length - 1] === NEWLINE);
  if (!isWhole) throw new AppError('CHUNK_CORRUPT', 'The documents of the backup end inside one.');
  if (text.length > 0) yield text;
}

/**
 * Indexes what the source has, a few requests at a time. A request that the server is too busy for, or whose answer was lost, is sent
 * again: the versions make that harmless.
 * @throws AppError RESTORE_MISMATCH (documents were refused, by name), STORAGE_FULL, ELASTICSEARCH_UNAVAILABLE, the signal's reason
 */
export async function loadDocuments(
  context: ElasticsearchRestoreContext,
  { staging, index }: { staging: string; index: string },
  source: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for await (const part of wholeDocuments(source)) {
    if (failure) break;
    context.run.signal.throwIfAborted();
    const sent = sendPart(context, staging, index, part)
      .then(() => onBytes(part.length))
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  if (failure) throw failure.error;
}

async function sendPart(
  context: ElasticsearchRestoreContext,
  staging: string,
  index: string,
  part: Buffer,
): Promise<void> {
  const refused = await sendUntilTaken(context, { staging, index }, part);
  if (refused.length > 0) throw refusal(index, refused);
}

/**
 * Sends NDJSON that may be sent twice, until the server is no longer too busy for any of it.
 * @returns the documents that it refuses for good
 * @throws AppError STORAGE_FULL, ELASTICSEARCH_UNAVAILABLE, ENGINE_UNSUITABLE, the signal's reason
 */
export async function sendUntilTaken(
  { client, run }: Pick<ElasticsearchRestoreContext, 'client' | 'run'>,
  { staging, index }: { staging: string; index: string },
  part: Buffer,
): Promise<RefusedDocument[]> {
  for (let tries = 1; ; tries += 1) {
    const refused = await trySend(() => sendBulk(client, staging, part, run.signal), index, tries);
    const lasting = refused.filter(({ isBusy }) => !isBusy);
    if (lasting.some(({ type }) => type === 'cluster_block_exception')) throw refusal(index, lasting);
    if (lasting.length === refused.length) return lasting;
    if (tries >= MAX_TRIES) {
      const detail = `Elasticsearch stayed too busy to take the documents of ${index}`;
      throw new AppError('ELASTICSEARCH_UNAVAILABLE', detail, { retryAfterSeconds: 60 });
    }
    await run.clock.sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)), run.signal);
  }
}

/** An answer that was lost counts as busy a few times. */
async function trySend(
  send: () => Promise<RefusedDocument[]>,
  index: string,
  tries: number,
): Promise<RefusedDocument[]> {
  try {
    return await send();
  } catch (error) {
    if (isStatus(error, 413)) {
      const detail = `A document of ${index} is larger than this server takes: raise http.max_content_length`;
      throw new AppError('ENGINE_UNSUITABLE', detail, { cause: error });
    }
    const isLost = isAppError(error, 'ELASTICSEARCH_UNAVAILABLE') || isAppError(error, 'TIMEOUT');
    if (!isLost || tries >= MAX_TRIES) throw error;
    return [{ id: '', type: error.code, reason: error.message, isBusy: true }];
  }
}

function refusal(index: string, refused: readonly RefusedDocument[]): AppError {
  const [first] = refused as [RefusedDocument];
  if (first.type === 'cluster_block_exception') {
    return new AppError('STORAGE_FULL', 'Elasticsearch takes no more documents: its disk is too full', {
      cause: new Error(first.reason),
    });
  }
  const ids = refused.slice(0, NAMED_DOCUMENTS).map(({ id }) => id);
  const more = refused.length > ids.length ? ` and ${refused.length - ids.length} more` : '';
  return new AppError(
    'RESTORE_MISMATCH',
    `Elasticsearch refused documents of ${index} (${first.type}): ${ids.join(', ')}${more}`,
    { cause: new Error(first.reason) },
  );
}
