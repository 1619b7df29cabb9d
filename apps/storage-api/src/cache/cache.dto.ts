import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { USUAL_DATABASE } from './cache-names.ts';

export class FlushQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only counts what would be removed' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

/** At least one of them; a database alone means all of it. */
export class CacheFlushDto {
  @ApiPropertyOptional({ description: 'As of SCAN MATCH' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(512)
  pattern?: string;

  @ApiPropertyOptional({ description: 'What the keys begin with, taken as it is' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  prefix?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 15, description: USUAL_DATABASE })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(15)
  database?: number;
}

/** What a flush would remove. */
export class CacheFlushPlan {
  @ApiProperty()
  database!: number;

  @ApiProperty()
  pattern!: string;

  @ApiProperty({ description: 'Counted within two seconds' })
  keys!: number;

  @ApiProperty({ description: 'Was everything counted?' })
  isComplete!: boolean;

  @ApiProperty({ type: [String] })
  examples!: string[];
}
