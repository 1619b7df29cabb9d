import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { BackupView } from '@lucid/service-kit/backups/backup-view';
import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { HoldsService } from './holds.service.ts';
import { PutHoldDto } from './retention.dto.ts';

@ApiTags('retention')
@Controller('api/v1/backups/:id/hold')
@RequireRole('backup-admin')
export class HoldsController {
  constructor(private readonly holds: HoldsService) {}

  /** Keeps the backup whatever the rules say, and whoever asks for its removal; in place of a hold that is there. */
  @Put()
  @Problems('BACKUP_NOT_FOUND')
  @ApiOkResponse({ type: BackupView })
  put(@Param('id') id: string, @Body() { reason, until }: PutHoldDto): Promise<BackupView> {
    const heldBy = currentContext()?.actor?.id;
    if (heldBy === undefined) throw new AppError('UNAUTHENTICATED', 'the caller is not known');
    return this.holds.put(id, { reason, heldBy, ...(until && { until }) });
  }

  /** Lifts the hold: the rules count again. Twice is as once. */
  @Delete()
  @Problems('BACKUP_NOT_FOUND')
  @HttpCode(200)
  @ApiOkResponse({ type: BackupView })
  remove(@Param('id') id: string): Promise<BackupView> {
    return this.holds.lift(id);
  }
}
