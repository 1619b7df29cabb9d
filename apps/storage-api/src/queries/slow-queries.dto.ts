import { PageQuery } from '@lucid/service-kit/http/page';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

export const SLOW_QUERY_SORTS = ['-totalMs', '-p95Ms', '-count', '-docsExamined', '-lastSeen'] as const;
export type SlowQuerySort = (typeof SLOW_QUERY_SORTS)[number];

export class SlowQueriesQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'An hour ago without it' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  from?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Now without it' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  to?: Date;

  @ApiPropertyOptional({ type: String, maxLength: 255 })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  collection?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 3_600_000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  minMs?: number;

  @ApiPropertyOptional({ enum: SLOW_QUERY_SORTS, default: '-totalMs' })
  @IsOptional()
  @IsIn(SLOW_QUERY_SORTS)
  sort: SlowQuerySort = '-totalMs';
}

export class PlanCountDto {
  @ApiProperty({ example: 'IXSCAN { status: 1 }' })
  plan!: string;

  @ApiProperty({ type: 'integer' })
  count!: number;
}

export class SlowQueryDto {
  @ApiProperty({ example: '9f86d081884c7d65' })
  fingerprint!: string;

  @ApiProperty({ example: 'lucid_blockchain.sessions' })
  namespace!: string;

  @ApiProperty({ example: 'find' })
  operation!: string;

  @ApiProperty({ type: Object, description: 'What is asked; every value is `?`', example: { filter: { status: '?' } } })
  shape!: Record<string, unknown>;

  @ApiProperty({ type: 'integer' })
  count!: number;

  @ApiProperty({ type: 'integer' })
  totalMs!: number;

  @ApiProperty({ type: 'integer' })
  p50Ms!: number;

  @ApiProperty({ type: 'integer' })
  p95Ms!: number;

  @ApiProperty({ type: 'integer' })
  maxMs!: number;

  @ApiProperty({ type: 'integer' })
  docsExamined!: number;

  @ApiProperty({ type: 'integer' })
  keysExamined!: number;

  @ApiProperty({ type: 'integer', description: 'Documents returned, or matched by a change' })
  returned!: number;

  @ApiProperty({ description: 'Documents examined for each of them' })
  examinedPerReturned!: number;

  @ApiProperty({ type: [PlanCountDto], description: 'Most frequent first' })
  planSummaries!: PlanCountDto[];

  @ApiProperty()
  sortsInMemory!: boolean;

  @ApiProperty()
  usesDisk!: boolean;

  @ApiProperty()
  firstSeen!: Date;

  @ApiProperty()
  lastSeen!: Date;
}

export class SlowQueriesPageDto {
  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class SlowQueriesDto {
  @ApiProperty({ type: [SlowQueryDto] })
  items!: SlowQueryDto[];

  @ApiProperty({ type: () => SlowQueriesPageDto })
  page!: SlowQueriesPageDto;

  @ApiProperty()
  from!: Date;

  @ApiProperty()
  to!: Date;

  @ApiProperty({ type: 'integer', description: 'Entries of the profiler that were read' })
  entriesRead!: number;

  @ApiProperty({ description: 'There were more: ask for a shorter time' })
  isTruncated!: boolean;

  @ApiProperty({ enum: [0, 1, 2], description: 'Of the profiler now: at 0 nothing new is seen' })
  profilerLevel!: 0 | 1 | 2;
}
