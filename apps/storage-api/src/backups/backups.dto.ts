import { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { OmitType } from '@nestjs/swagger';

/** Body of a restore: the backup stands in the address. Nothing at all means: back where it came from. */
export class RestoreBackupDto extends OmitType(BackupRestorePayload, ['backupId'] as const) {}
