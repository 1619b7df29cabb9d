import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { IndexReportService } from './index-report.service.ts';
import { IndexReport } from './indexes.dto.ts';

@ApiTags('database')
@Controller('api/v1/database/index-report')
@RequireRole('viewer')
export class IndexReportController {
  constructor(private readonly reports: IndexReportService) {}

  /** Unused and redundant indexes of the main database, with the evidence. */
  @Get()
  @ApiOkResponse({ type: IndexReport })
  get(): Promise<IndexReport> {
    return this.reports.report();
  }
}
