import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsISO8601,
  IsObject,
  IsOptional,
  Matches,
  registerDecorator,
} from 'class-validator';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID, DATABASE_NAME, NAMESPACE } from './names.ts';

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

  /** Old namespace → new one. The flow checks names and collisions against the backup. */
  @ApiPropertyOptional({ type: Object, example: { 'lucid_blockchain.users': 'lucid_blockchain.users_old' } })
  @IsOptional()
  // class-transformer leaves out keys such as `toString`, and so a wrong rename would become a restore in place.
  @Type(() => Object)
  @Transform(({ obj }: { obj: { renames?: unknown } }) => obj.renames)
  @IsObject()
  @AreRenames()
  renames?: Record<string, string>;

  /** RFC 3339; a time inside the recovery window. */
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  pointInTime?: string;

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

export class BackupRestoreResult {
  backupId!: string;
  dryRun!: boolean;
  namespaces!: RestoredNamespace[];
  documents!: number;
  plainBytes!: number;
  oplogEntries!: number;
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
