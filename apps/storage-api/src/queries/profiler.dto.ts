import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, IsOptional, Max, Min } from 'class-validator';

export class PutProfilerDto {
  @ApiProperty({
    enum: [0, 1, 2],
    description: '0: off; 1: slow operations; 2: every operation, with `confirm` and `minutes`',
  })
  @IsIn([0, 1, 2])
  level!: 0 | 1 | 2;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 3_600_000,
    default: 100,
    description: 'From how many milliseconds on an operation is slow',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  slowMs?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'The share of slow operations that is kept',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  sampleRate?: number;

  @ApiPropertyOptional({
    type: Object,
    description: 'Which operations are kept, as a filter on their entries, in place of slowMs and sampleRate',
    example: { millis: { $gte: 50 }, ns: 'lucid_blockchain.sessions' },
  })
  @IsOptional()
  @IsObject()
  filter?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_440,
    default: 60,
    description: 'When it ends by itself',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_440)
  minutes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_024,
    description: 'Room for entries; another one than there is loses those that are there',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_024)
  sizeMb?: number;

  @ApiPropertyOptional({ type: Boolean, description: 'Needed for level 2' })
  @IsOptional()
  @IsBoolean()
  confirm?: boolean;
}

export class ProfileCollectionDto {
  @ApiProperty({ type: 'integer' })
  sizeBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Older entries make room for newer ones' })
  maxBytes!: number;

  @ApiProperty({ type: 'integer' })
  entries!: number;
}

export class ProfilerDto {
  @ApiProperty()
  database!: string;

  @ApiProperty({ description: 'The primary, which is the one that is profiled' })
  member!: string;

  @ApiProperty({ enum: [0, 1, 2] })
  level!: 0 | 1 | 2;

  @ApiProperty()
  slowMs!: number;

  @ApiProperty()
  sampleRate!: number;

  @ApiProperty({ type: Object, nullable: true })
  filter!: Record<string, unknown> | null;

  @ApiProperty({ type: Date, nullable: true, description: 'When it ends by itself' })
  until!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  startedBy!: string | null;

  @ApiProperty({ type: () => ProfileCollectionDto, nullable: true })
  collection!: ProfileCollectionDto | null;

  @ApiProperty({ type: [String] })
  warnings!: string[];
}
