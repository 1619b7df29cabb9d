import { indexTry } from '@lucid/jobs/contracts/index-try';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IndexAdviceQuery, IndexAdvicesDto } from './index-advice.dto.ts';
import { IndexAdviceService } from './index-advice.service.ts';

@ApiTags('queries')
@Problems('INDEX_ADVICE_NOT_FOUND', 'CONFLICT')
@Controller('api/v1/database/index-advice')
@RequireRole('viewer')
export class IndexAdviceController {
  constructor(
    private readonly advice: IndexAdviceService,
    private readonly jobs: JobRequests,
  ) {}

  /** Indexes that slow queries would need, each with its evidence and its cost. */
  @Get()
  @ApiOkResponse({ type: IndexAdvicesDto })
  list(@Query() query: IndexAdviceQuery): Promise<IndexAdvicesDto> {
    return this.advice.list(query);
  }

  /** Makes the index hidden and measures the slow queries without and with it: 202 and the job. It stays hidden until it is shown or dropped. */
  @Post(':id/try')
  @RequireRole('admin')
  @HttpCode(202)
  @ApiAcceptedResponse()
  async try(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.jobs.accept(indexTry, await this.advice.find(id), request, reply);
  }
}
