import { BackupCatalogue, copiesOf } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Backup, BackupCopyState } from '@lucid/models/main/backups';
import { RetentionPolicy } from '@lucid/models/retention-policy';
import { ApiProperty } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, toPage, type Page, type PageQuery } from '../http/page.ts';

const LIST = 'backups';

/** Why a backup is kept whatever the rules say. */
export class BackupHoldView {
  @ApiProperty()
  reason!: string;

  @ApiProperty({ type: Date, nullable: true, description: 'When it ends by itself' })
  until!: Date | null;

  @ApiProperty()
  heldAt!: Date;

  @ApiProperty({ description: 'Who put it' })
  heldBy!: string;
}

/** What was found out about the copy in one repository. */
export class BackupCopyView {
  @ApiProperty()
  repository!: string;

  @ApiProperty({ type: Date, nullable: true })
  lastVerifiedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  lastVerifiedLevel!: string | null;

  @ApiProperty({ type: Date, nullable: true })
  lastDrilledAt!: Date | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Was what the last drill restored the backup?' })
  lastDrillOk!: boolean | null;

  @ApiProperty({ type: Number, nullable: true, description: 'How long the restore of the last drill took' })
  lastDrillSeconds!: number | null;
}

/** A backup as both services that show backups answer it. */
export class BackupView {
  @ApiProperty({ example: 'bkp_3k9f0a7c1x2m8q4z' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  label!: string | null;

  @ApiProperty({ type: String, nullable: true })
  jobId!: string | null;

  @ApiProperty()
  repository!: string;

  @ApiProperty({ type: [String], description: 'Every repository that holds it' })
  repositories!: string[];

  @ApiProperty({ type: [String] })
  engines!: string[];

  @ApiProperty({ description: 'Seconds between the earliest and the latest state of its engines' })
  skewSeconds!: number;

  @ApiProperty({ type: [String] })
  namespaces!: string[];

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  finishedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'The instant of the data it brings back' })
  consistentAt!: Date | null;

  @ApiProperty({ description: 'Bytes before compression' })
  plainBytes!: number;

  @ApiProperty({ description: 'Bytes it added to the repository' })
  storedBytes!: number;

  @ApiProperty()
  newChunks!: number;

  @ApiProperty()
  reusedChunks!: number;

  @ApiProperty()
  documents!: number;

  @ApiProperty({ type: Date, nullable: true })
  lastVerifiedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  lastVerifiedLevel!: string | null;

  @ApiProperty({ type: Date, nullable: true })
  lastDrilledAt!: Date | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Was what the last drill restored the backup?' })
  lastDrillOk!: boolean | null;

  @ApiProperty({ type: Number, nullable: true, description: 'How long the restore of the last drill took' })
  lastDrillSeconds!: number | null;

  @ApiProperty({ type: () => [BackupCopyView], description: 'The same of each repository where anything is known' })
  copies!: BackupCopyView[];

  @ApiProperty({ type: String, nullable: true, description: 'The dump it was imported from' })
  importedFrom!: string | null;

  @ApiProperty({ description: 'Is a part of what was asked for not in it?' })
  isDegraded!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The schedule that asked for it' })
  scheduleId!: string | null;

  @ApiProperty({ type: () => RetentionPolicy, nullable: true, description: 'Of its schedule when it was made' })
  retention!: RetentionPolicy | null;

  @ApiProperty({ type: () => BackupHoldView, nullable: true })
  hold!: BackupHoldView | null;
}

function toView(backup: Backup): BackupView {
  return {
    id: backup._id,
    label: backup.label ?? null,
    jobId: backup.job_id ?? null,
    repository: backup.repository ?? 'default',
    repositories: backup.repositories ?? [backup.repository ?? 'default'],
    skewSeconds: backup.skew_seconds ?? 0,
    engines: backup.engines ?? [],
    namespaces: backup.namespaces ?? [],
    createdAt: backup.created_at,
    finishedAt: backup.finished_at ?? null,
    consistentAt: backup.consistent_at ?? null,
    ...sizesOf(backup),
    ...assuranceOf(backup),
    copies: copiesOf(backup).map((copy) => ({ repository: copy.repository, ...assuranceOf(copy) })),
    importedFrom: backup.imported_from ?? null,
    isDegraded: backup.is_degraded ?? false,
    ...protectionOf(backup),
  };
}

type Assurance = 'lastVerifiedAt' | 'lastVerifiedLevel' | 'lastDrilledAt' | 'lastDrillOk' | 'lastDrillSeconds';

function assuranceOf(backup: Backup | BackupCopyState): Pick<BackupView, Assurance> {
  return {
    lastVerifiedAt: backup.last_verified_at ?? null,
    lastVerifiedLevel: backup.last_verified_level ?? null,
    lastDrilledAt: backup.last_drilled_at ?? null,
    lastDrillOk: backup.last_drill_ok ?? null,
    lastDrillSeconds: backup.last_drill_seconds ?? null,
  };
}

function sizesOf(
  backup: Backup,
): Pick<BackupView, 'plainBytes' | 'storedBytes' | 'newChunks' | 'reusedChunks' | 'documents'> {
  return {
    plainBytes: backup.plain_bytes ?? 0,
    storedBytes: backup.stored_bytes ?? 0,
    newChunks: backup.new_chunks ?? 0,
    reusedChunks: backup.reused_chunks ?? 0,
    documents: backup.documents ?? 0,
  };
}

/** Why it is kept, and how long. */
function protectionOf({ schedule_id, retention, hold }: Backup): Pick<BackupView, 'scheduleId' | 'retention' | 'hold'> {
  return {
    scheduleId: schedule_id ?? null,
    retention: retention ?? null,
    hold: hold ? { reason: hold.reason, until: hold.until ?? null, heldAt: hold.held_at, heldBy: hold.held_by } : null,
  };
}

/** One page of the catalogue, newest first. @throws AppError BAD_CURSOR */
export async function listBackups(catalogue: BackupCatalogue, query: PageQuery): Promise<Page<BackupView>> {
  const position = decodeCursor(LIST, query.cursor);
  const after = position && { createdAt: new Date(position.at), id: position.id };
  if (after && Number.isNaN(after.createdAt.getTime())) throw new AppError('BAD_CURSOR', 'the cursor was changed');
  const found = await catalogue.list(query.limit + 1, after);
  const cursorOf = (last: Backup): string => encodeCursor(LIST, { at: last.created_at.toISOString(), id: last._id });
  return toPage(found, query.limit, toView, cursorOf);
}

/** @throws AppError BACKUP_NOT_FOUND */
export async function getBackup(catalogue: BackupCatalogue, id: string): Promise<BackupView> {
  const found = await catalogue.find(id);
  if (!found) throw new AppError('BACKUP_NOT_FOUND', `there is no backup ${id.slice(0, 100)}`);
  return toView(found);
}
