import { BsonJsonWriter } from '@lucid/clients/mongodb/bson-to-json';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { Shutdown } from '@lucid/service-kit/shutdown';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { FindCursor } from 'mongodb';
import { DocumentCollections } from './document-collections.ts';
import type { ExportDocumentsQuery } from './documents.dto.ts';
import { OpenStreams } from './open-streams.ts';
import { releaseUnread } from './unread-stream.ts';
import { parseFields } from './query/parse-fields.ts';
import { parseFilter } from './query/parse-filter.ts';
import { parseSort } from './query/parse-sort.ts';
import { ScanGuard } from './scan-guard.service.ts';
import { toQueryError } from './query/query-errors.ts';

/** Handed on at a time: few writes, and little in memory. */
const CHUNK_BYTES = 128 * 1024;
/** Documents of one answer of MongoDB, so that a slow client holds little. */
const BATCH_DOCUMENTS = 1_000;

/** A collection, or what matches a filter, as one document a line (NDJSON). Only as fast as the client reads. */
@Injectable()
export class ExportDocumentsService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly guard: ScanGuard,
    private readonly streams: OpenStreams,
    private readonly shutdown: Shutdown,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /**
   * The lines, which must be read or returned. An error on the way becomes a last line `{"$error": …}`, after which it is thrown, so that
   * the connection is cut: an answer that ends as it should is whole.
   * @throws AppError at once for what is wrong with the request
   */
  async export(name: string, query: ExportDocumentsQuery, gone: AbortSignal): Promise<AsyncGenerator<Buffer>> {
    const filter = parseFilter(query.filter);
    const sort = parseSort(query.sort);
    const projection = parseFields(query.fields);
    const target = await this.collections.readable(name);
    const isWhole = Object.keys(filter).length === 0 && sort.length === 0;
    if (!isWhole && query.allowScan !== 'true') await this.guard.assertServed(target, filter, sort);
    const leave = this.streams.enter();
    const cursor = target.collection.find(filter, {
      ...{ raw: true, readPreference: query.readPreference, batchSize: BATCH_DOCUMENTS },
      ...(projection && { projection }),
      ...(sort.length > 0 && { sort }),
    });
    return this.lines(cursor, leave, releaseUnread(gone, leave));
  }

  private async *lines(cursor: FindCursor, leave: () => void, begin: () => void): AsyncGenerator<Buffer> {
    begin();
    try {
      let writer = new BsonJsonWriter(CHUNK_BYTES * 2);
      for await (const bson of cursor) {
        if (this.shutdown.signal.aborted) throw new AppError('SERVICE_STOPPING', 'the service stops; start again');
        writer.document(bson as unknown as Buffer).ascii('\n');
        if (writer.length < CHUNK_BYTES) continue;
        yield writer.bytes();
        writer = new BsonJsonWriter(CHUNK_BYTES * 2);
      }
      if (writer.length > 0) yield writer.bytes();
    } catch (error) {
      this.logger.warn({ err: error }, 'an export ended early');
      yield errorLine(toQueryError(error));
      throw error;
    } finally {
      await cursor.close();
      leave();
    }
  }
}

function errorLine(error: unknown): Buffer {
  const known = error instanceof AppError ? error : new AppError('INTERNAL', 'the export could not be finished');
  const { code, title, detail, retryable } = known.toStored();
  return Buffer.from(`${JSON.stringify({ $error: { code, title, detail, retryable } })}\n`);
}
