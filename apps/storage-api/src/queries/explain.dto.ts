import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

export const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'] as const;

export class ExplainBody {
  @ApiProperty({ type: String, example: 'sessions' })
  @IsString()
  @Length(1, 255)
  collection!: string;

  @ApiPropertyOptional({ type: Object, description: 'Of a find, in Extended JSON', example: { status: 'active' } })
  @IsOptional()
  @IsObject()
  filter?: Record<string, unknown>;

  @ApiPropertyOptional({ type: String, example: '-created_at,name' })
  @IsOptional()
  @IsString()
  @MaxLength(1_024)
  sort?: string;

  @ApiPropertyOptional({ type: String, example: 'status,created_at' })
  @IsOptional()
  @IsString()
  @MaxLength(4_096)
  fields?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100_000 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  limit?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 1_000_000 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  skip?: number;

  @ApiPropertyOptional({
    type: [Object],
    description: 'An aggregation, in place of filter, sort, fields, limit and skip',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  pipeline?: Record<string, unknown>[];

  @ApiPropertyOptional({ type: String, description: 'The name of the index that is to be used' })
  @IsOptional()
  @IsString()
  @Length(1, 127)
  hint?: string;

  @ApiPropertyOptional({
    enum: VERBOSITIES,
    description:
      'All but queryPlanner run the query, which needs the role operator. Without it: queryPlanner for a viewer, else executionStats',
  })
  @IsOptional()
  @IsIn(VERBOSITIES)
  verbosity?: (typeof VERBOSITIES)[number];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 60_000, default: 5_000 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60_000)
  maxTimeMs?: number;
}

export class PlanWarningDto {
  @ApiProperty({ example: 'COLLSCAN' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class PlanSummaryDto {
  @ApiProperty({ type: [String], description: 'The last one to run first', example: ['SORT', 'COLLSCAN'] })
  stages!: string[];

  @ApiProperty({ type: [String] })
  indexes!: string[];

  @ApiProperty({ type: Number, nullable: true, description: 'Null where the query was not run' })
  docsExamined!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  keysExamined!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  returned!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  executionMs!: number | null;

  @ApiProperty({ type: [PlanWarningDto] })
  warnings!: PlanWarningDto[];
}

export class ExplanationDto {
  @ApiProperty({ example: 'lucid_blockchain.sessions' })
  namespace!: string;

  @ApiProperty({ type: () => PlanSummaryDto })
  summary!: PlanSummaryDto;

  @ApiProperty({ type: Object, description: 'As MongoDB says it, in Extended JSON, without what is of the server' })
  plan!: Record<string, unknown>;
}
