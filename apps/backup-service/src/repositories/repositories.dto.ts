import { VERIFY_LEVELS, type VerifyLevel } from '@lucid/jobs/contracts/backup-verify';
import { REPOSITORY_NAME } from '@lucid/jobs/contracts/names';
import { BackupCopyPayload } from '@lucid/jobs/contracts/repository-copy-backup';
import { RepositoryCheckPayload } from '@lucid/jobs/contracts/repository-check';
import { RepositoryCollectGarbagePayload } from '@lucid/jobs/contracts/repository-collect-garbage';
import { RepositoryRepairPayload } from '@lucid/jobs/contracts/repository-repair';
import { RetentionPolicy } from '@lucid/models/retention-policy';
import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsUrl,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { REPOSITORY_STATES, type RepositoryState } from './repository-state.ts';

const KINDS = ['file', 's3'] as const;
const ABSOLUTE_PATH = /^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]{1,1000}$/;
const REGION = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;
const NOT_REGION = 'must be the name of a region, such as eu-central-1';

/** A bucket of an S3 store, and how it is reached. Access keys are kept sealed and never shown. */
export class BucketDto {
  @ApiPropertyOptional({
    type: String,
    example: 'https://s3.example.com',
    description: "Left out: Amazon's of the region",
  })
  @IsOptional()
  @IsUrl({
    protocols: ['https', 'http'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: true,
    allow_query_components: false,
    allow_fragments: false,
  })
  endpoint?: string;

  @ApiProperty({ type: String, example: 'lucid-backups' })
  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { message: 'must be the name of a bucket' })
  bucket!: string;

  @ApiProperty({ type: String, example: 'eu-central-1', description: 'As the store calls it' })
  @Matches(REGION, { message: NOT_REGION })
  region!: string;

  @ApiPropertyOptional({ type: String, example: 'lucid/production' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/, {
    message: 'must be parts of A-Z a-z 0-9 . _ - joined by /',
  })
  @Length(1, 200)
  prefix?: string;

  @ApiProperty({ type: String, writeOnly: true })
  @Length(3, 256)
  accessKey!: string;

  @ApiProperty({ type: String, writeOnly: true })
  @Length(8, 256)
  secretKey!: string;

  @ApiPropertyOptional({ type: String, description: 'Certificates (PEM) that the endpoint is checked against' })
  @IsOptional()
  @Matches(/^-----BEGIN CERTIFICATE-----[\s\S]{1,100000}-----END CERTIFICATE-----\s*$/, {
    message: 'must be certificates in PEM',
  })
  ca?: string;
}

/** Body of POST /api/v1/repositories. */
export class AddRepositoryDto {
  @ApiProperty({ type: String, example: 'offsite' })
  @Matches(REPOSITORY_NAME, { message: 'must be a name of a-z, 0-9 and -' })
  name!: string;

  @ApiProperty({ enum: KINDS })
  @IsIn(KINDS)
  kind!: (typeof KINDS)[number];

  @ApiPropertyOptional({
    type: String,
    example: '/mnt/offsite/lucid',
    description: 'Of the kind file: an absolute path',
  })
  @ValidateIf(({ kind, path }: AddRepositoryDto) => kind === 'file' || path !== undefined)
  @Matches(ABSOLUTE_PATH, { message: 'must be an absolute path' })
  path?: string;

  @ApiPropertyOptional({ type: () => BucketDto, description: 'Of the kind s3' })
  @ValidateIf(({ kind, s3 }: AddRepositoryDto) => kind === 's3' || s3 !== undefined)
  @IsDefined()
  @Type(() => BucketDto)
  @ValidateNested()
  s3?: BucketDto;

  @ApiPropertyOptional({
    type: String,
    example: 'eu-central-1',
    description: 'Where its data lie; left out: the region of the bucket, or the one of the cluster',
  })
  @IsOptional()
  @Matches(REGION, { message: NOT_REGION })
  region?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Data may leave the region of the cluster for it',
  })
  @IsOptional()
  @IsBoolean()
  leavesRegion?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Shares the keys of `default`: chunks are copied as they are, and it can mend it',
  })
  @IsOptional()
  @IsBoolean()
  isReplica?: boolean;

  @ApiPropertyOptional({ type: Boolean, description: 'Fixed for its life; left out: as `default`' })
  @IsOptional()
  @IsBoolean()
  encryption?: boolean;

  @ApiPropertyOptional({ type: Boolean, description: 'Fixed for its life; left out: as `default`' })
  @IsOptional()
  @IsBoolean()
  compression?: boolean;

  @ApiPropertyOptional({ type: String, example: '50MB', description: 'Bytes a second' })
  @IsOptional()
  @Matches(/^\d{1,12}(\.\d{1,6})?\s*([kmg]?i?b)?$/i, { message: 'must be bytes a second with a unit, such as 50MB' })
  bandwidthLimit?: string;

  @ApiPropertyOptional({ type: () => RetentionPolicy })
  @IsOptional()
  @Type(() => RetentionPolicy)
  @ValidateNested()
  retention?: RetentionPolicy;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Takes it over from the cluster that owns it' })
  @IsOptional()
  @IsBoolean()
  takeOver?: boolean;
}

/** The repository stands in the address. */
export class CheckRepositoryDto extends OmitType(RepositoryCheckPayload, ['repository'] as const) {}
export class RepairRepositoryDto extends OmitType(RepositoryRepairPayload, ['repository'] as const) {}
export class CollectGarbageDto extends OmitType(RepositoryCollectGarbagePayload, ['repository'] as const) {}
/** The backup stands in the address. */
export class CopyBackupDto extends OmitType(BackupCopyPayload, ['backupId'] as const) {}

export class RepositoryReasonView {
  @ApiProperty({ example: 'OBJECT_STORE_UNAVAILABLE' })
  code!: string;

  @ApiProperty()
  detail!: string;
}

export class RepositoryOwnerView {
  @ApiProperty()
  clusterId!: string;

  @ApiProperty({ description: 'Grows with every take-over' })
  epoch!: number;
}

export class RepositoryKeysView {
  @ApiProperty({ type: String, nullable: true, description: 'Names the master key and tells nothing about it' })
  masterKeyId!: string | null;

  @ApiProperty({ description: 'How many data keys there are' })
  dataKeys!: number;

  @ApiProperty()
  keySetVersion!: number;
}

export class RepositoryCheckView {
  @ApiProperty()
  at!: Date;

  @ApiProperty({ enum: VERIFY_LEVELS })
  level!: VerifyLevel;

  @ApiProperty()
  damagedBackups!: number;

  @ApiProperty({ type: String, nullable: true })
  jobId!: string | null;
}

export class RepositoryView {
  @ApiProperty({ example: 'default' })
  name!: string;

  @ApiProperty({ enum: KINDS })
  kind!: string;

  @ApiProperty({ enum: ['settings', 'added'] })
  origin!: string;

  @ApiProperty({ example: '/backups', description: 'A path, or endpoint, bucket and prefix' })
  location!: string;

  @ApiProperty({ enum: REPOSITORY_STATES })
  state!: RepositoryState;

  @ApiProperty({ type: RepositoryReasonView, nullable: true, description: 'Why it is not ready' })
  reason!: RepositoryReasonView | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same for replicas' })
  repositoryId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  region!: string | null;

  @ApiProperty()
  leavesRegion!: boolean;

  @ApiProperty()
  isReplica!: boolean;

  @ApiProperty({ enum: ['aes-256-gcm', 'none'] })
  encryption!: string;

  @ApiProperty({ enum: ['zstd', 'none'] })
  compression!: string;

  @ApiProperty({ type: RepositoryOwnerView, nullable: true })
  owner!: RepositoryOwnerView | null;

  @ApiProperty({ type: RepositoryKeysView, nullable: true })
  keys!: RepositoryKeysView | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Bytes a second' })
  bandwidthLimit!: number | null;

  @ApiProperty({ type: RetentionPolicy, nullable: true, description: 'Null: the rules of the settings' })
  retention!: RetentionPolicy | null;

  @ApiProperty({ type: RepositoryCheckView, nullable: true })
  lastCheck!: RepositoryCheckView | null;
}

export class RepositoryPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class RepositoryPage {
  @ApiProperty({ type: [RepositoryView] })
  items!: RepositoryView[];

  @ApiProperty({ type: RepositoryPageInfo })
  page!: RepositoryPageInfo;
}
