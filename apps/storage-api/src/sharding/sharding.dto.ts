import { COLLECTION_NAME, DATABASE_NAME } from '@lucid/jobs/contracts/names';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { FindingDto } from '../replica-set/replica-set.dto.ts';
import { BalancerDto } from './balancer.dto.ts';

export class EnableShardingDto {
  @ApiProperty({ example: 'lucid_blockchain' })
  @MaxLength(63)
  @Matches(DATABASE_NAME, { message: 'database must be the name of a database' })
  database!: string;

  @ApiPropertyOptional({ description: 'The shard that keeps what is not sharded; the emptiest without it' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  primaryShard?: string;
}

export class AnalyzeKeyDto {
  @ApiProperty({ example: 'transactions', description: 'Of the main database' })
  @MaxLength(235)
  @Matches(COLLECTION_NAME, { message: 'collection must be the name of a collection' })
  collection!: string;

  @ApiProperty({ type: Object, example: { block_id: 'hashed' }, description: 'Fields in their order: 1 or "hashed"' })
  @IsObject()
  key!: Record<string, unknown>;
}

export class ShardCollectionDto extends AnalyzeKeyDto {
  @ApiPropertyOptional({
    default: false,
    description: 'No two documents may have the same value; not with a hashed key',
  })
  @IsOptional()
  @IsBoolean()
  unique?: boolean;
}

export class KeyAnalysisDto {
  @ApiProperty({
    enum: ['analyzeShardKey', 'sample'],
    description: 'Said by the server (7.0+), or counted in a sample',
  })
  source!: 'analyzeShardKey' | 'sample';

  @ApiProperty()
  sampledDocuments!: number;

  @ApiProperty({ description: 'In the sample' })
  distinctValues!: number;

  @ApiProperty({ description: 'Of the sample: 0 to 1' })
  mostCommonShare!: number;

  @ApiProperty({ type: Boolean, nullable: true })
  isUnique!: boolean | null;

  @ApiProperty({ enum: ['monotonic', 'not monotonic', 'unknown'] })
  monotonicity!: 'monotonic' | 'not monotonic' | 'unknown';

  @ApiProperty({ type: Number, nullable: true })
  missingValues!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  arrayValues!: number | null;
}

export class AnalyzedKeyDto {
  @ApiProperty({ type: () => KeyAnalysisDto })
  analysis!: KeyAnalysisDto;

  @ApiProperty({ type: () => [FindingDto] })
  findings!: FindingDto[];
}

export class EnabledDto {
  @ApiProperty()
  database!: string;

  @ApiProperty()
  primaryShard!: string;

  @ApiProperty({ description: 'False where it was so already' })
  isChanged!: boolean;
}

export class ShardPlanDto {
  @ApiProperty()
  isAllowed!: boolean;

  @ApiProperty({ type: () => [FindingDto] })
  findings!: FindingDto[];

  @ApiProperty({ example: 'lucid_blockchain.transactions' })
  namespace!: string;

  @ApiProperty({ description: 'Will MongoDB make the index of the key? Only where the collection is empty' })
  makesIndex!: boolean;

  @ApiProperty({ type: () => KeyAnalysisDto, nullable: true, description: 'Null where there is no document' })
  analysis!: KeyAnalysisDto | null;
}

export class ChunksDto {
  @ApiProperty()
  shard!: string;

  @ApiProperty()
  chunks!: number;
}

export class ShardedCollectionDto {
  @ApiProperty({ example: 'lucid_blockchain.transactions' })
  namespace!: string;

  @ApiProperty({ type: Object })
  key!: object;

  @ApiProperty()
  isUnique!: boolean;

  @ApiProperty({ description: 'May the balancer move its chunks?' })
  isBalanced!: boolean;

  @ApiProperty({ type: [ChunksDto] })
  chunks!: ChunksDto[];
}

export class ShardedResult extends ShardedCollectionDto {
  @ApiProperty({ description: 'False where it was so already' })
  isChanged!: boolean;

  @ApiProperty({ type: () => [FindingDto], description: 'Warnings' })
  findings!: FindingDto[];
}

export class ShardDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Name of its replica set' })
  replicaSet!: string;

  @ApiProperty({ type: [String] })
  hosts!: string[];

  @ApiProperty({ type: [String] })
  zones!: string[];

  @ApiProperty({ description: 'Is it being emptied to be taken out?' })
  isDraining!: boolean;
}

export class ShardedDatabaseDto {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  primaryShard!: string;
}

export class ShardingStatusDto {
  @ApiProperty({ type: [ShardDto] })
  shards!: ShardDto[];

  @ApiProperty({ type: [ShardedDatabaseDto] })
  databases!: ShardedDatabaseDto[];

  @ApiProperty({ type: [ShardedCollectionDto] })
  collections!: ShardedCollectionDto[];

  @ApiProperty({ description: 'Are there more databases or collections than the 200 that are shown?' })
  hasMore!: boolean;

  @ApiProperty({ type: () => BalancerDto })
  balancer!: BalancerDto;
}
