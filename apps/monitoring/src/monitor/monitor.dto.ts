import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { CollectionStatsDto } from '../stats/stats.dto.ts';

export class StartCollectionDto {
  @ApiPropertyOptional({
    description:
      'Seconds between collections from now on, until the service ends (then MONITORING_INTERVAL counts again)',
    minimum: 5,
    maximum: 3600,
  })
  @IsOptional()
  @IsInt()
  @Min(5)
  @Max(3600)
  interval?: number;
}

export class CollectionOutcomeDto extends OmitType(CollectionStatsDto, ['figures'] as const) {}

export class CollectionRoundDto {
  @ApiProperty({ description: 'Seconds between collections' })
  intervalSeconds!: number;

  @ApiProperty({ type: [CollectionOutcomeDto] })
  collections!: CollectionOutcomeDto[];
}
