import { BackupVerifyPayload } from '@lucid/jobs/contracts/backup-verify';
import type { JobView } from '@lucid/jobs/job-record';
import { OmitType } from '@nestjs/swagger';

/** Body of a verification: the backup stands in the address. */
export class VerifyBackupDto extends OmitType(BackupVerifyPayload, ['backupId'] as const) {}

/** A backup's job as this service's own endpoints answer it: the job, and its id under the name they use. */
export type BackupJobView = JobView & { job_id: string };
