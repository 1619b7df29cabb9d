import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { OperationsService } from './operations.service.ts';
import { OplogCaptureService } from './oplog-capture.service.ts';
import { OperationsQuery, OperationsView, RecoveryWindowsView } from './recovery-windows.dto.ts';
import { RecoveryWindowsService } from './recovery-windows.service.ts';
import { toCaptureView, toGapView, toWindowView } from './recovery-windows.view.ts';

/** To which moments MongoDB can be brought back, and where in them something happened. */
@ApiTags('recovery windows')
@Controller('api/v1/recovery-windows')
@RequireRole('viewer')
export class RecoveryWindowsController {
  constructor(
    private readonly windows: RecoveryWindowsService,
    private readonly operations: OperationsService,
    private readonly capture: OplogCaptureService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
  ) {}

  /** The windows with the backups that begin them, the gaps between them, and how the capture of the oplog stands. */
  @Get()
  @ApiOkResponse({ type: RecoveryWindowsView })
  async list(): Promise<RecoveryWindowsView> {
    const { windows, gaps } = await this.windows.read();
    return {
      items: windows.map(toWindowView),
      gaps: gaps.map(toGapView),
      capture: toCaptureView(this.config.pitrEnabled, this.capture.state),
    };
  }

  /** Operations in the captured oplog, oldest first: `before` of one found is that of a restore which undoes it. */
  @Get('operations')
  @Problems('NOT_FOUND', 'BAD_CURSOR', 'RECOVERY_TIME_UNAVAILABLE')
  @RequireRole('operator')
  @ApiOkResponse({ type: OperationsView })
  search(@Query() query: OperationsQuery): Promise<OperationsView> {
    return this.operations.search(query);
  }
}
