import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsRFC3339,
  Length,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { BACKUP_ENGINES, type BackupEngine } from './backup-create.ts';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID, DATABASE_NAME, NAMESPACE, REPOSITORY_NAME } from './names.ts';

/** Are both sides of each entry names of collections? */
function AreRenames(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'areRenames',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          Object.entries(value).every((names) =>
            names.every((name) => typeof name === 'string' && NAMESPACE.test(name)),
          ),
        defaultMessage: () => 'renames must lead from one namespace to another, such as lucid.users to lucid.users_old',
      },
    });
  };
}

/** Which keys come back; a choice replaces only these keys, no choice makes the databases what they were. */
export class RedisSelection {
  /** Database numbers. */
  @ApiPropertyOptional({ type: [Number], example: [0, 3] })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(0, { each: true })
  databases?: number[];

  /** Patterns as of SCAN MATCH. */
  @ApiPropertyOptional({ type: [String], example: ['session:*'] })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @Length(1, 1024, { each: true })
  keys?: string[];
}

/** Which indices come back, and under which names. */
export class ElasticsearchSelection {
  /** Names or patterns with `*`, as Elasticsearch has them. */
  @ApiPropertyOptional({ type: [String], example: ['lucid_sessions-*'] })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @Length(1, 255, { each: true })
  indices?: string[];

  /** Old index → new one. */
  @ApiPropertyOptional({ type: Object, example: { 'lucid_sessions-000001': 'lucid_sessions-restored' } })
  @IsOptional()
  @Type(() => Object)
  @Transform(({ obj }: { obj: { renames?: unknown } }) => obj.renames)
  @IsObject()
  renames?: Record<string, string>;
}

/** The cluster time of an operation, as GET /api/v1/recovery-windows/operations names it. */
export class OperationTime {
  /** Seconds since 1970. */
  @ApiProperty({ type: Number, example: 1_767_225_600 })
  @IsInt()
  @Min(1)
  @Max(0xffff_ffff)
  t!: number;

  /** Ordinal within the second. */
  @ApiProperty({ type: Number, example: 1 })
  @IsInt()
  @Min(0)
  @Max(0xffff_ffff)
  i!: number;
}

/** Body of POST backups/{id}/restore with the id. Nothing but the id: back where it came from. */
export class BackupRestorePayload {
  @ApiProperty({ type: String })
  @Matches(BACKUP_ID, { message: 'must be the id of a backup' })
  backupId!: string;

  /** Everything into this database; only for a backup (or choice) of one database. */
  @ApiPropertyOptional({ type: String, description: 'Everything into this database' })
  @IsOptional()
  @Matches(DATABASE_NAME, { message: 'must be the name of a database' })
  targetDatabase?: string;

  /** Only these: `database.collection` or `database.*`. */
  @ApiPropertyOptional({ type: [String], example: ['lucid_blockchain.sessions', 'lucid_blockchain.*'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(NAMESPACE, { each: true, message: 'must be names such as lucid.sessions or lucid.*' })
  namespaces?: string[];

  /** Old namespace → new one; without `namespaces` and `targetDatabase` only these. The flow checks names and collisions against the backup. */
  @ApiPropertyOptional({ type: Object, example: { 'lucid_blockchain.users': 'lucid_blockchain.users_old' } })
  @IsOptional()
  // class-transformer leaves out keys such as `toString`, and so a wrong rename would become a restore in place.
  @Type(() => Object)
  @Transform(({ obj }: { obj: { renames?: unknown } }) => obj.renames)
  @IsObject()
  @AreRenames()
  renames?: Record<string, string>;

  /** Only these engines of the backup; without a choice all it holds. Names of MongoDB above mean MongoDB alone. */
  @ApiPropertyOptional({ enum: BACKUP_ENGINES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(BACKUP_ENGINES, { each: true })
  engines?: BackupEngine[];

  /** Reads the copy that this repository holds; for one whose own is damaged. Without it the first that can be read. */
  @ApiPropertyOptional({ type: String, description: 'Reads the copy of this repository' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;

  /** Of the backup of a sharded cluster: this shard's part, to the replica set that restores go to. */
  @ApiPropertyOptional({ type: String, description: 'This shard of the backup of a sharded cluster' })
  @IsOptional()
  @Length(1, 120)
  shard?: string;

  @ApiPropertyOptional({ type: () => RedisSelection })
  @IsOptional()
  @Type(() => RedisSelection)
  @ValidateNested()
  redis?: RedisSelection;

  @ApiPropertyOptional({ type: () => ElasticsearchSelection })
  @IsOptional()
  @Type(() => ElasticsearchSelection)
  @ValidateNested()
  elasticsearch?: ElasticsearchSelection;

  /** Backs up first what would be replaced. */
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Back up first what would be replaced' })
  @IsOptional()
  @IsBoolean()
  safetyBackup?: boolean;

  /** RFC 3339, with its offset: a time without one would be of the zone of the host. It lies inside the recovery window. */
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @IsRFC3339({ message: 'must be a time with its offset, such as 2026-01-09T14:03:10Z' })
  pointInTime?: string;

  /** Just before this operation of the oplog, which a search finds; instead of `pointInTime`. */
  @ApiPropertyOptional({ type: () => OperationTime, description: 'Just before this operation' })
  @IsOptional()
  @Type(() => OperationTime)
  @ValidateNested()
  before?: OperationTime;

  /** Only plans: what would be written, replaced and refused. */
  @ApiPropertyOptional({ type: Boolean, description: 'Only plans' })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class RestoredNamespace {
  source!: string;
  target!: string;
  documents!: number;
  bytes!: number;
  indexes!: number;
  /** True where a collection of that name is there and is (or would be) replaced. */
  replaces!: boolean;
}

/** A search index that was compared with the collection it is derived from, and brought to what that holds. */
export class RestoredSearchIndex {
  index!: string;
  collection!: string;
  /** Documents of the collection that were compared. */
  compared!: number;
  added!: number;
  changed!: number;
  removed!: number;
  /** Documents that cannot stand in it; then the restore is degraded. */
  refused!: number;
}

/** How long a part of a restore took. */
export class RestorePhase {
  phase!: string;
  seconds!: number;
}

/** Why a restore would be refused; `*` is the whole of an engine. */
export class RestoreConflict {
  namespace!: string;
  reason!: string;
}

/** What the backup was made of, and what it would be restored to. */
export class RestoreVersions {
  engine!: BackupEngine;
  backup!: string;
  target!: string;
  compatible!: boolean;
}

export class BackupRestoreResult {
  backupId!: string;
  dryRun!: boolean;
  engines!: BackupEngine[];
  namespaces!: RestoredNamespace[];
  documents!: number;
  plainBytes!: number;
  indexBuilds!: number;
  /** Operations of the oplog that were replayed. */
  oplogEntries!: number;
  /** All there are; with any of them only a `dryRun` succeeds. Left out by restores of earlier versions. */
  conflicts?: RestoreConflict[];
  /** How long the whole should take, by what earlier restores took here. */
  estimatedSeconds?: number;
  versions?: RestoreVersions[];
  /** Those that MongoDB came back with. */
  searchIndices?: RestoredSearchIndex[];
  /** With `safetyBackup`: the backup of what was replaced. A failed restore names it in its progress. */
  safetyBackupId?: string;
  /** Empty with `dryRun`. */
  phases!: RestorePhase[];
  startedAt!: string;
  finishedAt!: string;
  warnings?: string[];
}

export const backupRestore = defineContract({
  name: 'backup.restore',
  queue: 'backup-service',
  idPrefix: 'restore',
  payload: BackupRestorePayload,
  result: BackupRestoreResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  // What an in-place restore replaces is known once the backup has been read: the flow acquires `database:<name>` for each.
  resources: ({ dryRun, targetDatabase }) =>
    dryRun ? [] : targetDatabase === undefined ? ['restore:in-place'] : [`database:${targetDatabase}`],
});
