import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { SlowQueryDto } from './slow-queries.dto.ts';

export class IndexAdviceQuery {
  @ApiPropertyOptional({ type: String, maxLength: 255 })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  collection?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 168,
    default: 24,
    description: 'How far back slow queries count',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(168)
  hours: number = 24;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;
}

export class IndexUseDto {
  @ApiProperty({ example: 'status_1' })
  name!: string;

  @ApiProperty({ type: Object, example: { status: 1 } })
  keys!: Record<string, unknown>;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How often the primary used it since `since`; null where it does not say',
  })
  uses!: number | null;

  @ApiProperty({ type: Date, nullable: true })
  since!: Date | null;

  @ApiProperty({ description: 'The proposed index would serve what it serves: it could go afterwards' })
  isReplaced!: boolean;
}

export class IndexCostDto {
  @ApiProperty({ type: 'integer' })
  documents!: number;

  @ApiProperty({ type: 'integer', description: 'Estimated from a sample of documents, before compression' })
  sizeBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Indexes that each write changes already' })
  presentIndexes!: number;
}

export class IndexAdviceDto {
  @ApiProperty({ example: 'adv_9f86d081884c7d65' })
  id!: string;

  @ApiProperty({ example: 'sessions' })
  collection!: string;

  @ApiProperty({ example: 'status_1_created_at_-1' })
  name!: string;

  @ApiProperty({ type: Object, description: 'In order', example: { status: 1, created_at: -1 } })
  keys!: Record<string, 1 | -1>;

  @ApiProperty({ type: [String], description: 'Fields that are compared for equality, which come first' })
  equality!: string[];

  @ApiProperty({ type: [String], description: 'Fields that order the result' })
  sort!: string[];

  @ApiProperty({ type: [String], description: 'Fields of ranges, which come last' })
  range!: string[];

  @ApiProperty({ type: [SlowQueryDto], description: 'The slow queries that it would serve' })
  evidence!: SlowQueryDto[];

  @ApiProperty({ type: [IndexUseDto], description: 'The indexes that are there, none of which serves them' })
  presentIndexes!: IndexUseDto[];

  @ApiProperty({ type: () => IndexCostDto })
  cost!: IndexCostDto;
}

export class IndexAdvicesDto {
  @ApiProperty({ type: [IndexAdviceDto], description: 'What costs most time first' })
  items!: IndexAdviceDto[];

  @ApiProperty({ type: 'integer', description: 'Entries of the profiler that this stands on' })
  entriesRead!: number;

  @ApiProperty({ enum: [0, 1, 2], description: 'Of the profiler now: at 0 nothing new is seen' })
  profilerLevel!: 0 | 1 | 2;
}
