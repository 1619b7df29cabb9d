import { ERRORS, type ErrorCode } from '@lucid/models/errors';
import { ApiProperty } from '@nestjs/swagger';
import type { EngineName } from '../collectors/collector.ts';

const CODES = Object.keys(ERRORS);

export class PartProblemDto {
  @ApiProperty({ example: 'oplog' })
  part!: string;

  @ApiProperty({ enum: CODES, enumName: 'ErrorCode' })
  code!: ErrorCode;
}

export class HistogramDto {
  @ApiProperty({ description: 'Sum of all observations, in the unit of the metric' })
  sum!: number;

  @ApiProperty({ description: 'Number of observations' })
  count!: number;

  @ApiProperty({
    description: 'Observations at or below each bound',
    type: 'array',
    items: { type: 'object', properties: { le: { type: 'number' }, count: { type: 'number' } } },
  })
  buckets!: readonly { le: number; count: number }[];
}

export class FigureDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  labels!: Readonly<Record<string, string>>;

  @ApiProperty({ oneOf: [{ type: 'number' }, { $ref: '#/components/schemas/HistogramDto' }] })
  value!: number | HistogramDto;
}

export class CollectionStatsDto {
  @ApiProperty({ example: 'mongodb' })
  collector!: string;

  @ApiProperty({ enum: ['mongodb', 'redis', 'elasticsearch'] })
  engine!: EngineName;

  @ApiProperty({ description: 'Which one of the engine', example: 'lucid_blockchain' })
  database!: string;

  @ApiProperty({ description: 'Did it answer?' })
  up!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: '1 healthy, 0.5 degraded, 0 down; null where not judged' })
  health!: number | null;

  @ApiProperty({ description: 'When the collection ended: the time of the figures' })
  collectedAt!: Date;

  @ApiProperty()
  durationMs!: number;

  @ApiProperty({ enum: CODES, enumName: 'ErrorCode', nullable: true, description: 'Why it is not up' })
  code!: ErrorCode | null;

  @ApiProperty({ type: [PartProblemDto], description: 'Parts that could not be had while the rest could' })
  problems!: readonly PartProblemDto[];

  @ApiProperty({
    description: 'Figures by the name of their metric (GET /metrics explains each)',
    type: 'object',
    additionalProperties: { type: 'array', items: { $ref: '#/components/schemas/FigureDto' } },
  })
  figures!: Record<string, FigureDto[]>;
}

export class StatsDto {
  @ApiProperty({ description: 'Seconds between collections' })
  intervalSeconds!: number;

  @ApiProperty({ type: [CollectionStatsDto] })
  collections!: CollectionStatsDto[];
}
