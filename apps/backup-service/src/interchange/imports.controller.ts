import { Readable } from 'node:stream';
import { AppError } from '@lucid/core/app-error';
import { backupImport, BackupImportPayload } from '@lucid/jobs/contracts/backup-import';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { decodeCursor, encodeCursor, PageQuery, toPage } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Get, HttpCode, type OnModuleInit, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DumpPage, DumpView, toDumpView } from './imports.dto.ts';
import { ImportsService } from './imports.service.ts';

const UPLOAD_TYPES = ['application/octet-stream', 'application/gzip'];
const LIST = 'imports';

@ApiTags('interchange')
@Controller('api/v1/imports')
@RequireRole('backup-admin')
export class ImportsController implements OnModuleInit {
  constructor(
    private readonly imports: ImportsService,
    private readonly requests: JobRequests,
    private readonly adapter: HttpAdapterHost,
  ) {}

  /** Uploads are handed on as they arrive: whatever their size, they are never held in memory. */
  onModuleInit(): void {
    const server = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    server.addContentTypeParser(UPLOAD_TYPES, (_request, payload, done) => done(null, payload));
  }

  /** Dumps in the import folder, by name. */
  @Get()
  @Problems('IMPORTS_DISABLED', 'BAD_CURSOR')
  @ApiOkResponse({ type: DumpPage })
  async list(@Query() query: PageQuery): Promise<DumpPage> {
    const after = decodeCursor(LIST, query.cursor)?.id ?? '';
    const found = (await this.imports.list()).filter(({ name }) => name > after);
    return toPage(found.slice(0, query.limit + 1), query.limit, toDumpView, ({ name }) =>
      encodeCursor(LIST, { at: '', id: name }),
    );
  }

  /** Makes a backup of a dump in the import folder: 202 and the job. */
  @Post()
  @Problems('IMPORTS_DISABLED', 'REPOSITORY_NOT_FOUND', 'DUMP_INVALID', 'BACKUP_DISABLED')
  @HttpCode(202)
  @ApiAcceptedResponse()
  async create(
    @Body() body: BackupImportPayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    await this.imports.assertPossible(body);
    return this.requests.accept(backupImport, body, request, reply);
  }

  /** Uploads a file of `mongodump --archive`, packed with gzip or not, into the import folder. */
  @Put(':name')
  @Problems('IMPORTS_DISABLED', 'CONFLICT', 'DUMP_INVALID', 'STORAGE_FULL')
  @HttpCode(201)
  @ApiConsumes(...UPLOAD_TYPES)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ type: DumpView })
  async update(@Param('name') name: string, @Req() request: FastifyRequest): Promise<DumpView> {
    if (!(request.body instanceof Readable)) {
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', `send the archive as ${UPLOAD_TYPES.join(' or ')}`);
    }
    return toDumpView(await this.imports.upload(name, request.body));
  }
}
