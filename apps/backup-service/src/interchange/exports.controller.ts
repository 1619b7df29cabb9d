import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Shutdown } from '@lucid/service-kit/shutdown';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ExportQuery, RdbExportQuery } from './exports.dto.ts';
import { ExportsService } from './exports.service.ts';

@ApiTags('interchange')
@Controller('api/v1/backups')
@RequireRole('backup-admin')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly shutdown: Shutdown,
  ) {}

  /** A backup of MongoDB as a file for `mongorestore --archive [--gzip] [--oplogReplay]`. */
  @Get(':id/export')
  @Problems('BACKUP_NOT_FOUND', 'REPOSITORY_NOT_FOUND', 'BACKUP_ENGINE_UNSUPPORTED')
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async get(@Param('id') id: string, @Query() query: ExportQuery, @Res() reply: FastifyReply): Promise<void> {
    const stream = await this.exports.open(id, query, this.signalOf(reply));
    const name = `${id}.archive${query.gzip ? '.gz' : ''}`;
    await reply
      .header('content-type', query.gzip ? 'application/gzip' : 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(stream);
  }

  /** A backup of Redis as an RDB file, which redis-server loads at its start. */
  @Get(':id/export/redis')
  @Problems('BACKUP_NOT_FOUND', 'REPOSITORY_NOT_FOUND', 'BACKUP_ENGINE_UNSUPPORTED')
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async getRdb(@Param('id') id: string, @Query() query: RdbExportQuery, @Res() reply: FastifyReply): Promise<void> {
    const stream = await this.exports.openRdb(id, query, this.signalOf(reply));
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${id}.rdb"`)
      .send(stream);
  }

  /** Ends with the client or the service. */
  private signalOf(reply: FastifyReply): AbortSignal {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return AbortSignal.any([gone.signal, this.shutdown.signal]);
  }
}
