import { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { BACKUP_ID } from '@lucid/jobs/contracts/names';
import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';

/** Body of a restore: the backup stands in the address. Nothing at all means: back where it came from. */
export class RestoreBackupDto extends OmitType(BackupRestorePayload, ['backupId'] as const) {}

export class DeleteBackupQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Only says what would be removed, or why it is refused',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  @ApiPropertyOptional({ description: 'The id once more: the last verified backup goes only with it' })
  @IsOptional()
  @Matches(BACKUP_ID, { message: 'confirm must be the id of the backup' })
  confirm?: string;
}

/** What a deletion would remove. */
export class BackupDeletionPlan {
  @ApiProperty()
  backupId!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: [String], description: 'Repositories that it would be removed from' })
  repositories!: string[];

  @ApiProperty({ description: 'Bytes it added; what the next garbage collection frees may be less' })
  storedBytes!: number;

  @ApiProperty({ description: 'Is there no other backup in its repository?' })
  isOnly!: boolean;
}
