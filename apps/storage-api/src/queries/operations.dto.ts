import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, MaxLength, Max, Min } from 'class-validator';

export class OperationsQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 86_400,
    description: 'Running for at least so many seconds',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(86_400)
  minSeconds?: number;

  @ApiPropertyOptional({
    type: String,
    maxLength: 255,
    description: '`database.collection`, or `database` for all of it',
  })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  namespace?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'With what the server does for itself',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  internal?: 'true' | 'false';

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1_000, default: 200 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit: number = 200;
}

export class KillOperationQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only says whether it would be killed' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Needed for an index build, and for what the suite’s own services do',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  confirm?: 'true' | 'false';
}

export class OperationProgressDto {
  @ApiProperty()
  done!: number;

  @ApiProperty()
  total!: number;
}

export class OperationDto {
  @ApiProperty({
    example: '55571.9f86d081',
    description: 'For DELETE: it means this operation, also when its number is used again',
  })
  id!: string;

  @ApiProperty({ example: 'find' })
  operation!: string;

  @ApiProperty({ example: 'lucid_blockchain.sessions' })
  namespace!: string;

  @ApiProperty({ description: 'Seconds' })
  runningSeconds!: number;

  @ApiProperty({ type: Object, description: 'What it asks; every value is `?`' })
  shape!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: 'COLLSCAN' })
  planSummary!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'lucid-backup-service' })
  appName!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Address and port it came from' })
  client!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'backup-service',
    description: 'The service of the suite that it belongs to',
  })
  service!: string | null;

  @ApiProperty({ description: 'Of the server itself, such as replication: never killed' })
  isInternal!: boolean;

  @ApiProperty()
  isIndexBuild!: boolean;

  @ApiProperty()
  isWaitingForLock!: boolean;

  @ApiProperty({ description: 'It has been told to end' })
  isKillPending!: boolean;

  @ApiProperty({ type: () => OperationProgressDto, nullable: true })
  progress!: OperationProgressDto | null;
}

export class OperationsDto {
  @ApiProperty({ type: [OperationDto], description: 'The longest first' })
  items!: OperationDto[];

  @ApiProperty({ description: 'There are more: ask for a namespace or for longer ones' })
  isTruncated!: boolean;
}

export class KilledOperationDto {
  @ApiProperty({ type: () => OperationDto })
  operation!: OperationDto;

  @ApiProperty({ enum: ['would-be-killed', 'killed', 'ending'], description: 'ending: told to, and not gone yet' })
  state!: 'would-be-killed' | 'killed' | 'ending';
}
