import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Controller, Get } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FigureDto, HistogramDto, StatsDto } from './stats.dto.ts';
import { StatsService } from './stats.service.ts';

@ApiTags('stats')
@ApiExtraModels(FigureDto, HistogramDto)
@Controller('stats')
@RequireRole('viewer')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  @ApiOperation({ summary: 'The last collected figures, with their time' })
  @ApiOkResponse({ type: StatsDto })
  read(): Promise<StatsDto> {
    return this.stats.read();
  }
}
