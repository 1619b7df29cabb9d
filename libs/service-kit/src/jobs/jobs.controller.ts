import { Readable } from 'node:stream';
import { toJobView, type JobRecord, type JobView } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { Controller, Delete, Get, Headers, HttpCode, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireRole } from '../access/route-access.ts';
import { Destructive } from '../protection/destructive.ts';
import type { Page } from '../http/page.ts';
import { ApiJob, ApiJobPage } from '../openapi/answer-types.ts';
import { Problems } from '../openapi/problems.ts';
import { Shutdown } from '../shutdown.ts';
import { ListJobsQuery } from './jobs.dto.ts';

/** One server-sent event; its id is the record's revision, so that a client that reconnects misses nothing. */
function toEvent(record: JobRecord): string {
  return `id: ${record.revision}\nevent: job\ndata: ${JSON.stringify(toJobView(record))}\n\n`;
}

async function* toEvents(records: AsyncIterable<JobRecord>): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  for await (const record of records) yield toEvent(record);
}

@ApiTags('jobs')
@Controller('api/v1/jobs')
@RequireRole('viewer')
export class JobsController {
  constructor(
    private readonly jobs: JobService,
    private readonly shutdown: Shutdown,
  ) {}

  /** Jobs of all kinds, newest first. */
  @Get()
  @ApiJobPage()
  @Problems('BAD_CURSOR')
  async list(@Query() query: ListJobsQuery): Promise<Page<JobView>> {
    const { items, limit, nextCursor } = await this.jobs.list(query);
    return { items: items.map(toJobView), page: { limit, nextCursor } };
  }

  /** A job, whether it waits, runs or has ended. */
  @Get(':id')
  @ApiJob()
  @Problems('JOB_NOT_FOUND')
  async get(@Param('id') id: string): Promise<JobView> {
    return toJobView(await this.jobs.get(id));
  }

  /** Asks for the job to be cancelled: at once while it waits, within 5 s while it runs. */
  @Delete(':id')
  @Destructive(false)
  @RequireRole('operator')
  @HttpCode(202)
  @Problems('JOB_NOT_FOUND', 'JOB_FINISHED')
  async remove(@Param('id') id: string): Promise<JobView> {
    return toJobView(await this.jobs.cancel(id));
  }

  /** Streams the job as it changes, until it has ended. `Last-Event-ID` goes on after that revision. */
  @Get(':id/events')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Revision that was seen last: only later ones follow',
  })
  @ApiOkResponse({
    description: 'Events named `job`: the id is the revision, the data the job',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Problems('JOB_NOT_FOUND')
  async events(
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.jobs.get(id);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.shutdown.signal]);
    const sinceRevision = /^\d{1,12}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
    const stream = Readable.from(toEvents(this.jobs.watch(id, { sinceRevision, signal })));
    await reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no').send(stream);
  }
}
