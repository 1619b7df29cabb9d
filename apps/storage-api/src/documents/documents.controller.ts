import { Readable } from 'node:stream';
import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
} from '@nestjs/swagger';
import { ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChangeDocumentService, type ChangedDocument } from './change-document.service.ts';
import { ChangeFeedService } from './change-feed.service.ts';
import { PATCH_TYPES, isSmallBody } from './document-bodies.ts';
import { isNoneMatch, requireIfMatch } from './document-etag.ts';
import { parseDocumentId } from './document-id.ts';
import { BulkAnswer, DocumentRemovalPlan, DocumentsPage, ExportDocumentsQuery } from './documents.dto.ts';
import { FollowDocumentsQuery, ListDocumentsQuery, RemoveDocumentQuery } from './documents.dto.ts';
import { ExportDocumentsService } from './export-documents.service.ts';
import { GetDocumentService } from './get-document.service.ts';
import { ListDocumentsService } from './list-documents.service.ts';
import { PostDocumentsService, type IdempotencyKey } from './post-documents.service.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;
const DOCUMENT = {
  schema: { type: 'object', additionalProperties: true },
  description: 'The document, as Extended JSON',
};
const IF_MATCH = {
  name: 'If-Match',
  required: true,
  description: 'ETag it was read with, or `*`: 412 where it changed',
};
const ID = { name: 'id', description: '24 hexadecimal digits, a whole number, Extended JSON, or any other text' };

@ApiTags('documents')
@Problems(
  'DOCUMENT_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'DUPLICATE_KEY',
  'DOCUMENT_INVALID',
  'DOCUMENT_TOO_LARGE',
  'EXTENDED_JSON_INVALID',
  'FILTER_INVALID',
  'BAD_CURSOR',
  'PATCH_REFUSED',
  'PRECONDITION_FAILED',
  'PRECONDITION_REQUIRED',
  'QUERY_NOT_INDEXED',
  'CHANGE_HISTORY_LOST',
  'IDEMPOTENCY_KEY_REUSED',
  'NAMESPACE_INVALID',
  'CONFLICT',
  'SERVICE_STOPPING',
)
@Controller('api/v1/database/collections/:name/documents')
@RequireRole('viewer')
export class DocumentsController {
  constructor(
    private readonly reads: GetDocumentService,
    private readonly lists: ListDocumentsService,
    private readonly posts: PostDocumentsService,
    private readonly changes: ChangeDocumentService,
    private readonly exports: ExportDocumentsService,
    private readonly feed: ChangeFeedService,
  ) {}

  /** A page of documents, filtered and sorted. */
  @Get()
  @ApiOkResponse({ type: DocumentsPage })
  async list(
    @Param('name') name: string,
    @Query() query: ListDocumentsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    send(reply, 200, await this.lists.list(name, query));
  }

  /** Stores one document, or many: `{documents, ordered?, atomic?}`. */
  @Post()
  @RequireRole('operator')
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key and body are stored once' })
  @ApiCreatedResponse({ ...DOCUMENT, headers: { ETag: {}, Location: {} } })
  @ApiOkResponse({ type: BulkAnswer, description: 'All of a bulk' })
  @ApiResponse({ status: 207, type: BulkAnswer, description: 'A part of a bulk' })
  async create(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.posts.post(name, body, isSmallBody(request), idempotencyKey(request));
    if (answer.location !== undefined) void reply.header('location', answer.location);
    if (answer.etag !== undefined) void reply.header('etag', answer.etag);
    send(reply, answer.status, answer.body);
  }

  /** Every document that matches, one a line (NDJSON), as fast as the client reads. */
  @Get('export')
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({
    schema: { type: 'string' },
    description: 'A line `{"$error": …}` and a cut connection where it fails on the way',
  })
  async export(
    @Param('name') name: string,
    @Query() query: ExportDocumentsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = await this.exports.export(name, query, goneOf(reply));
    void reply.header('content-type', 'application/x-ndjson').send(Readable.from(lines, { objectMode: false }));
  }

  /** What happens to the documents, as server-sent events; `Last-Event-ID` goes on after an event. */
  @Get('changes')
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: '410 where the oplog does not reach back to it' })
  @ApiOkResponse({ schema: { type: 'string' }, description: 'Events change, heartbeat, invalidate and error' })
  async follow(
    @Param('name') name: string,
    @Query() query: FollowDocumentsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = await this.feed.follow(name, query, lastEventId, goneOf(reply));
    void reply
      .header('content-type', 'text/event-stream')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(events));
  }

  /** One document, through the cache. `Cache-Control: no-cache` asks for the database instead. */
  @Get(':id')
  @ApiParam(ID)
  @ApiHeader({ name: 'If-None-Match', required: false, description: '304 where it is still the same' })
  @ApiOkResponse({ ...DOCUMENT, headers: { ETag: {}, 'Cache-Status': { description: 'RFC 9211' } } })
  @ApiResponse({ status: 304, description: 'It is still the same' })
  async get(
    @Param('name') name: string,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { headers } = request;
    const skipsCache = headers['cache-control'] === 'no-cache';
    const { etag, body, status } = await this.reads.get(name, parseDocumentId(id), skipsCache);
    void reply
      .header('etag', etag)
      .header('cache-status', `lucid; ${status}`)
      .header('cache-control', 'private, no-cache');
    if (isNoneMatch(headers['if-none-match'], etag)) void reply.status(304).send();
    else send(reply, 200, body);
  }

  /** Replaces a document; its `_id` stays. */
  @Put(':id')
  @RequireRole('operator')
  @ApiParam(ID)
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ ...DOCUMENT, headers: { ETag: {} } })
  async replace(
    @Param('name') name: string,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [target, ifMatch] = [parseDocumentId(id), requireIfMatch(request.headers['if-match'])];
    answer(reply, await this.changes.replace(name, target, body, ifMatch));
  }

  /** Changes a document by a merge patch (RFC 7396) or a JSON patch (RFC 6902), as the content type says. */
  @Patch(':id')
  @RequireRole('operator')
  @ApiParam(ID)
  @ApiConsumes(...PATCH_TYPES)
  @ApiBody({
    schema: {
      oneOf: [
        { type: 'object', additionalProperties: true },
        { type: 'array', items: { type: 'object' } },
      ],
    },
  })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ ...DOCUMENT, headers: { ETag: {} } })
  async update(
    @Param('name') name: string,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply.header('accept-patch', PATCH_TYPES.join(', '));
    const [target, ifMatch] = [parseDocumentId(id), requireIfMatch(request.headers['if-match'])];
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type === PATCH_TYPES[0]) answer(reply, await this.changes.mergePatch(name, target, body, ifMatch));
    else if (type === PATCH_TYPES[1]) answer(reply, await this.changes.jsonPatch(name, target, body, ifMatch));
    else throw new AppError('UNSUPPORTED_MEDIA_TYPE', `send Content-Type: ${PATCH_TYPES.join(' or ')}`);
  }

  /** Removes a document; with `dryRun` only says which. */
  @Delete(':id')
  @RequireRole('operator')
  @HttpCode(204)
  @ApiParam(ID)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse()
  @ApiOkResponse({ type: DocumentRemovalPlan, description: 'With dryRun' })
  async remove(
    @Param('name') name: string,
    @Param('id') id: string,
    @Query() { dryRun }: RemoveDocumentQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const target = parseDocumentId(id);
    const match = requireIfMatch(ifMatch);
    if (dryRun === 'true') void reply.status(200).send(await this.changes.planRemoval(name, target, match));
    else {
      await this.changes.remove(name, target, match);
      void reply.status(204).send();
    }
  }
}

/** Aborted when the answer has ended, also because the client went away. */
function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // Who left before the route was reached is not told of again.
  if (reply.raw.destroyed || reply.raw.socket?.destroyed === true) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function send(reply: FastifyReply, status: number, body: Buffer): void {
  void reply.status(status).header('content-type', JSON_TYPE).send(body);
}

function answer(reply: FastifyReply, { etag, body }: ChangedDocument): void {
  void reply.header('etag', etag);
  send(reply, 200, body);
}

/** @throws AppError VALIDATION_FAILED */
function idempotencyKey(request: FastifyRequest): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  const actor = currentContext()?.actor?.id;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key) && actor !== undefined) return { actor, key };
  const message = 'must be 1 to 128 visible ASCII characters';
  const errors = [{ pointer: '/headers/idempotency-key', code: 'FORMAT', message }];
  throw new AppError('VALIDATION_FAILED', `Idempotency-Key ${message}`, { errors });
}
