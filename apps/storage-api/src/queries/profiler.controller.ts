import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { readBody } from '../collections/read-body.ts';
import { ProfilerDto, PutProfilerDto } from './profiler.dto.ts';
import { ProfilerService } from './profiler.service.ts';

@ApiTags('queries')
@Problems('CONFLICT', 'QUERY_REFUSED')
@Controller('api/v1/database/profiler')
@RequireRole('viewer')
export class ProfilerController {
  constructor(private readonly profiler: ProfilerService) {}

  /** What the profiler keeps, until when, and in how much room. */
  @Get()
  @ApiOkResponse({ type: ProfilerDto })
  get(): Promise<ProfilerDto> {
    return this.profiler.get();
  }

  /** Switches the profiler of the main database on for a time, or off. */
  @Put()
  @RequireRole('admin')
  @ApiBody({ type: PutProfilerDto })
  @ApiOkResponse({ type: ProfilerDto })
  async put(@Body() body: unknown): Promise<ProfilerDto> {
    return this.profiler.put(await readBody(PutProfilerDto, body, ['filter']));
  }
}
