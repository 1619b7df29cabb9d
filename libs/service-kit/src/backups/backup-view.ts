import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Backup } from '@lucid/models/main/backups';
import { ApiProperty } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, toPage, type Page, type PageQuery } from '../http/page.ts';

const LIST = 'backups';

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

  @ApiProperty({ type: [String] })
  engines!: string[];

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

  @ApiProperty({ type: String, nullable: true, description: 'The dump it was imported from' })
  importedFrom!: string | null;
}

function toView(backup: Backup): BackupView {
  return {
    id: backup._id,
    label: backup.label ?? null,
    jobId: backup.job_id ?? null,
    repository: backup.repository ?? 'default',
    engines: backup.engines ?? [],
    namespaces: backup.namespaces ?? [],
    createdAt: backup.created_at,
    finishedAt: backup.finished_at ?? null,
    consistentAt: backup.consistent_at ?? null,
    plainBytes: backup.plain_bytes ?? 0,
    storedBytes: backup.stored_bytes ?? 0,
    newChunks: backup.new_chunks ?? 0,
    reusedChunks: backup.reused_chunks ?? 0,
    documents: backup.documents ?? 0,
    lastVerifiedAt: backup.last_verified_at ?? null,
    lastVerifiedLevel: backup.last_verified_level ?? null,
    lastDrilledAt: backup.last_drilled_at ?? null,
    lastDrillOk: backup.last_drill_ok ?? null,
    lastDrillSeconds: backup.last_drill_seconds ?? null,
    importedFrom: backup.imported_from ?? null,
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
