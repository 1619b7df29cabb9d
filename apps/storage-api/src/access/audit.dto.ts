import { PageQuery } from '@lucid/service-kit/http/page';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsRFC3339, IsString, Length, Max, Min } from 'class-validator';

const OUTCOMES = ['succeeded', 'planned', 'refused', 'failed'] as const;
const BREAKS = ['changed', 'missing', 'cut off'] as const;

export class ListAuditQuery extends PageQuery {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200, description: 'Id of a key, or subject of a JWT' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  actor?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 300, example: 'POST /api/v1/backups/create' })
  @IsOptional()
  @IsString()
  @Length(1, 300)
  action?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 2000, description: 'The address that was called' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  resource?: string;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 64 })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  correlationId?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @IsRFC3339()
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Up to, and without, this time' })
  @IsOptional()
  @IsRFC3339()
  to?: string;
}

export class VerifyAuditQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 366, default: 7, description: 'How far back' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  days: number = 7;
}

/** An entry of the audit trail. */
export class AuditEntryDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  at!: Date;

  @ApiProperty({ description: 'Id of the key or subject of the JWT; `anonymous` without one' })
  actor!: string;

  @ApiProperty({ type: String, nullable: true })
  role!: string | null;

  @ApiProperty({ example: 'POST /api/v1/backups/create' })
  action!: string;

  @ApiProperty()
  resource!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: string;

  @ApiProperty({ type: 'integer', nullable: true })
  status!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Error code of what was refused or failed' })
  code!: string | null;

  @ApiProperty()
  correlationId!: string;

  @ApiProperty({ type: String, nullable: true })
  service!: string | null;

  @ApiProperty({ type: Object, nullable: true, description: 'What was changed, as it was' })
  before!: object | null;

  @ApiProperty({ type: Object, nullable: true, description: 'What was changed, as it is since' })
  after!: object | null;
}

export class AuditBreakDto {
  @ApiProperty()
  chain!: string;

  @ApiProperty({ type: 'integer', description: 'Place in the chain' })
  seq!: number;

  @ApiProperty({ enum: BREAKS })
  reason!: string;
}

/** Is the trail as the services wrote it? */
export class AuditVerificationDto {
  @ApiProperty()
  since!: Date;

  @ApiProperty({ type: 'integer' })
  checkedEntries!: number;

  @ApiProperty({ type: 'integer', description: 'Each process of a service writes one' })
  checkedChains!: number;

  @ApiProperty()
  isWhole!: boolean;

  @ApiProperty({ type: [AuditBreakDto], description: 'The first hundred' })
  breaks!: AuditBreakDto[];
}
