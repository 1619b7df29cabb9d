import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { DatabaseQuery } from './cache-keys.dto.ts';

export class MemoryQuery extends DatabaseQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100_000, default: 10_000, description: 'Keys to look at' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  keys: number = 10_000;
}

class SampleFigures {
  @ApiProperty()
  keys!: number;

  @ApiProperty()
  bytes!: number;

  @ApiProperty({ description: 'Are these all keys of the database?' })
  isWhole!: boolean;
}

class PrefixDto {
  @ApiProperty({ description: 'Up to the first colon; empty: keys without one' })
  prefix!: string;

  @ApiProperty()
  keys!: number;

  @ApiProperty()
  bytes!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the bytes of the sample' })
  share!: number | null;

  @ApiProperty({ description: 'Of all keys, as far as the sample tells' })
  estimatedBytes!: number;

  @ApiProperty()
  withoutTtl!: number;
}

class BigKeyDto {
  @ApiProperty({ description: 'base64url where it is no text' })
  key!: string;

  @ApiProperty()
  bytes!: number;
}

export class CacheMemoryDto {
  @ApiProperty()
  database!: number;

  @ApiProperty()
  usedBytes!: number;

  @ApiProperty()
  peakBytes!: number;

  @ApiProperty()
  residentBytes!: number;

  @ApiProperty({ description: 'maxmemory; 0 is no limit' })
  limitBytes!: number;

  @ApiProperty()
  policy!: string;

  @ApiProperty({ type: Number, nullable: true })
  fragmentation!: number | null;

  @ApiProperty()
  evictedKeys!: number;

  @ApiProperty({ type: SampleFigures })
  sample!: SampleFigures;

  @ApiProperty({ type: [PrefixDto] })
  prefixes!: PrefixDto[];

  @ApiProperty({ type: [BigKeyDto], description: 'Of the sample' })
  biggest!: BigKeyDto[];

  @ApiProperty({ type: [String] })
  hints!: string[];
}
