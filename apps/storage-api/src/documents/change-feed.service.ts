import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Shutdown } from '@lucid/service-kit/shutdown';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type ChangeStream, type Document } from 'mongodb';
import { DocumentCollections } from './document-collections.ts';
import type { FollowDocumentsQuery } from './documents.dto.ts';
import { OpenStreams } from './open-streams.ts';
import { releaseUnread } from './unread-stream.ts';

/** How long the server holds a question open when nothing happens; a feed ends within it. */
const AWAIT_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const TOKEN = /^[0-9A-Fa-f]{2,2048}$/;
/** ChangeStreamFatalError, ChangeStreamHistoryLost, CappedPositionLost: what comes after the token is gone. */
const HISTORY_LOST = new Set([280, 286, 136]);

type Changes = ChangeStream<Document, Document>;

/** What happens to the documents of a collection, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
@Injectable()
export class ChangeFeedService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly streams: OpenStreams,
    private readonly shutdown: Shutdown,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /**
   * The events, which must be read or returned; they end when the client is `gone`, when the service stops, or after `invalidate` and `error`. The id of an event goes on
   * after it; a heartbeat has one too, so that a feed whose filter lets little through does not fall out of the oplog.
   * @throws AppError COLLECTION_NOT_FOUND, CHANGE_HISTORY_LOST, BAD_CURSOR, CONFLICT for a view
   */
  async follow(
    name: string,
    query: FollowDocumentsQuery,
    after: string | undefined,
    gone: AbortSignal,
  ): Promise<AsyncGenerator<string>> {
    if (after !== undefined && !TOKEN.test(after))
      throw new AppError('BAD_CURSOR', 'Last-Event-ID is none of this feed');
    const { collection, type, name: found } = await this.collections.readable(name);
    if (type !== 'collection')
      throw new AppError('CONFLICT', `${found} is no collection of its own: MongoDB tells no changes of it`);
    const leave = this.streams.enter();
    const operations = query.operations?.split(',');
    // An invalidation always comes through: nothing comes after it.
    const pipeline = operations ? [{ $match: { operationType: { $in: [...operations, 'invalidate'] } } }] : [];
    const stream: Changes = collection.watch(pipeline, {
      ...{ maxAwaitTimeMS: AWAIT_MS, promoteValues: false, bsonRegExp: true },
      ...(query.fullDocument === 'true' && { fullDocument: 'updateLookup' }),
      ...(after !== undefined && { startAfter: { _data: after } }),
    });
    try {
      const first = stream.tryNext();
      // Whoever reads the events is told; nobody else waits for it.
      first.catch(() => undefined);
      // A token may turn out to be too old with the first answer; without one, all is well once the stream is open.
      await (after === undefined ? Promise.race([first, opening(stream)]) : first);
      const release = (): void => {
        leave();
        void stream.close().catch(() => undefined);
      };
      const begin = releaseUnread(gone, release);
      return this.events(stream, first, { begin, leave }, AbortSignal.any([gone, this.shutdown.signal]));
    } catch (error) {
      await stream.close();
      leave();
      throw opened(error, after !== undefined);
    }
  }

  private async *events(
    stream: Changes,
    first: Promise<Document | null>,
    { begin, leave }: { begin: () => void; leave: () => void },
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    begin();
    try {
      // Without an id: the stream's position may be that of a first change, which is still to be told.
      yield `retry: ${String(RETRY_MS)}\n\n${heartbeat()}`;
      // The first answer that holds no change tells where the feed is.
      let quietSinceMs = -Infinity;
      for (let change = await first; !signal.aborted; change = await stream.tryNext()) {
        if (change) {
          yield toEvent(change);
          if (String(change['operationType']) === 'invalidate') return;
          quietSinceMs = this.clock.monotonicMs();
        } else if (this.clock.monotonicMs() - quietSinceMs >= HEARTBEAT_MS) {
          yield heartbeat(stream.resumeToken);
          quietSinceMs = this.clock.monotonicMs();
        }
      }
    } catch (error) {
      yield errorEvent(opened(error, false));
    } finally {
      await stream.close().catch(() => undefined);
      leave();
    }
  }
}

/** Resolves when the server has made the cursor: what happens from then on is told. */
function opening(stream: Changes): Promise<void> {
  return new Promise((resolve) => stream.once('resumeTokenChanged', () => resolve()));
}

function heartbeat(position?: unknown): string {
  const token = (position as { _data?: unknown } | undefined)?._data;
  return `${token === undefined ? '' : `id: ${String(token)}\n`}event: heartbeat\ndata: {}\n\n`;
}

function toEvent(change: Document): string {
  const { _id, operationType, documentKey, fullDocument, updateDescription, clusterTime, to } = change;
  const name = String(operationType);
  const data = {
    operation: name,
    id: (documentKey as Document | undefined)?.['_id'] as unknown,
    document: fullDocument as unknown,
    update: updateDescription && {
      set: (updateDescription as Document)['updatedFields'] as unknown,
      removed: (updateDescription as Document)['removedFields'] as unknown,
      truncated: (updateDescription as Document)['truncatedArrays'] as unknown,
    },
    renamedTo: (to as Document | undefined)?.['coll'] as unknown,
    clusterTime: clusterTime as unknown,
  };
  const event = name === 'invalidate' ? 'invalidate' : 'change';
  const token = String((_id as Document)['_data']);
  return `id: ${token}\nevent: ${event}\ndata: ${JSON.stringify(toExtendedJson(data))}\n\n`;
}

function errorEvent(error: unknown): string {
  const known = error instanceof AppError ? error : new AppError('INTERNAL', 'the feed could not go on');
  const { code, status, title, detail, retryable } = known.toStored();
  return `event: error\ndata: ${JSON.stringify({ code, status, title, detail, retryable })}\n\n`;
}

function opened(error: unknown, hasToken: boolean): unknown {
  if (
    error instanceof MongoServerError &&
    (HISTORY_LOST.has(Number(error.code)) || error.hasErrorLabel('NonResumableChangeStreamError'))
  ) {
    const detail = 'the oplog does not reach back to this event: read the collection again, then follow it from now';
    return new AppError('CHANGE_HISTORY_LOST', detail, { cause: error });
  }
  const known = toMongoAppError(error);
  if (known || !hasToken || !(error instanceof MongoServerError)) return known ?? error;
  return new AppError('BAD_CURSOR', 'Last-Event-ID is none of this feed', { cause: error });
}
