import {
  BackupDrillPayload,
  DRILL_TARGETS,
  type BackupDrillResult,
  type DrillTarget,
} from '@lucid/jobs/contracts/backup-drill';
import { JOB_STATES, type JobRecord, type JobState } from '@lucid/jobs/job-record';
import { ApiProperty, OmitType } from '@nestjs/swagger';

/** Body of a drill: the backup stands in the address. */
export class DrillBackupDto extends OmitType(BackupDrillPayload, ['backupId'] as const) {}

/** A drill, whatever became of it. */
export class DrillView {
  @ApiProperty({ description: 'Of its job' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null while a scheduled drill has not chosen one' })
  backupId!: string | null;

  @ApiProperty({ enum: JOB_STATES })
  state!: JobState;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Was what it restored the backup? Null: not known' })
  ok!: boolean | null;

  @ApiProperty({ enum: DRILL_TARGETS, nullable: true })
  target!: DrillTarget | null;

  @ApiProperty({ type: Number, nullable: true, description: 'The measured recovery time' })
  restoreSeconds!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  collections!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Documents whose bytes were compared' })
  documents!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' })
  error!: string | null;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  finishedAt!: Date | null;
}

export class DrillPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class DrillPage {
  @ApiProperty({ type: [DrillView] })
  items!: DrillView[];

  @ApiProperty({ type: DrillPageInfo })
  page!: DrillPageInfo;
}

export function toDrillView({ id, payload, result, state, error, steps, createdAt, finishedAt }: JobRecord): DrillView {
  const asked = payload as BackupDrillPayload;
  const found = (result ?? {}) as Partial<BackupDrillResult>;
  const chosen = steps['backup'];
  const isMismatch = state === 'failed' && error?.code === 'RESTORE_MISMATCH';
  return {
    ...{ id, state, createdAt, finishedAt },
    backupId: asked.backupId ?? (typeof chosen === 'string' ? chosen : null),
    ok: state === 'succeeded' ? true : isMismatch ? false : null,
    error: error?.detail ?? null,
    target: found.target ?? asked.target ?? null,
    ...figuresOf(found),
  };
}

function figuresOf(found: Partial<BackupDrillResult>): Pick<DrillView, 'restoreSeconds' | 'collections' | 'documents'> {
  const { restoreSeconds = null, collections = null, documents = null } = found;
  return { restoreSeconds, collections, documents };
}
