import { PageQuery } from '@lucid/service-kit/http/page';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export const HEALTH_STATUSES = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];
export const DEPLOYMENTS = ['replica-set', 'sharded', 'standalone'] as const;

export class HealthReason {
  @ApiProperty({ enum: ['degraded', 'unhealthy'] })
  severity!: 'degraded' | 'unhealthy';

  @ApiProperty({ example: 'REPLICATION_LAG' })
  code!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The member that it is about' })
  host!: string | null;

  @ApiProperty()
  message!: string;
}

export class ConnectionsFigures {
  @ApiProperty()
  current!: number;

  @ApiProperty({ description: 'How many more it would take' })
  available!: number;
}

export class DiskFigures {
  @ApiProperty()
  usedBytes!: number;

  @ApiProperty()
  totalBytes!: number;
}

export class MemberHealth {
  @ApiProperty()
  host!: string;

  @ApiProperty({ example: 'SECONDARY', description: 'DOWN where it does not answer the others' })
  state!: string;

  @ApiProperty({ description: 'Does it take part: as primary, secondary or arbiter?' })
  isUp!: boolean;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Behind the primary, as the primary sees it, beyond its configured delay; null where it is not known',
  })
  lagSeconds!: number | null;

  @ApiProperty({ description: 'By how much it is kept behind on purpose' })
  delaySeconds!: number;

  @ApiProperty({ type: Date, nullable: true, description: 'When the primary wrote what it has applied last' })
  lastAppliedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Null of the member that was asked' })
  lastHeartbeatAt!: Date | null;

  @ApiProperty({ type: Number, nullable: true })
  uptimeSeconds!: number | null;

  @ApiProperty({ type: String, nullable: true })
  syncSource!: string | null;

  @ApiProperty()
  votes!: number;

  @ApiProperty({ description: 'Does it answer this service? Without it version, connections and disk are null' })
  answers!: boolean;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty({ type: ConnectionsFigures, nullable: true })
  connections!: ConnectionsFigures | null;

  @ApiProperty({ type: DiskFigures, nullable: true, description: 'Of the file system that holds its data' })
  disk!: DiskFigures | null;
}

export class OplogWindow {
  @ApiProperty({ description: 'The member whose oplog it is: the primary where there is one' })
  host!: string;

  @ApiProperty()
  from!: Date;

  @ApiProperty()
  to!: Date;

  @ApiProperty()
  windowSeconds!: number;

  @ApiProperty()
  sizeBytes!: number;

  @ApiProperty()
  maxBytes!: number;

  @ApiProperty({ description: 'Has it come round? Until then the window still grows' })
  isFull!: boolean;
}

export class ShardHealth {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Its replica set and members, as the router knows them' })
  hosts!: string;
}

export class DatabaseHealth {
  @ApiProperty({ enum: HEALTH_STATUSES })
  status!: HealthStatus;

  @ApiProperty({ type: [HealthReason], description: 'Why it is not healthy, the worst first' })
  reasons!: HealthReason[];

  @ApiProperty({ enum: DEPLOYMENTS, nullable: true, type: String, description: 'Null where no server answers' })
  deployment!: (typeof DEPLOYMENTS)[number] | null;

  @ApiProperty()
  checkedAt!: Date;

  @ApiProperty({ type: String, nullable: true, example: 'lucid-rs' })
  replicaSet!: string | null;

  @ApiProperty({ type: String, nullable: true })
  primary!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The member whose view of the others this is' })
  seenBy!: string | null;

  @ApiProperty({ type: [MemberHealth] })
  members!: MemberHealth[];

  @ApiProperty({ type: [ShardHealth], description: 'Of a sharded cluster' })
  shards!: ShardHealth[];

  @ApiProperty({ type: OplogWindow, nullable: true })
  oplog!: OplogWindow | null;

  @ApiProperty({ type: ConnectionsFigures, nullable: true, description: 'Of all members that answer' })
  connections!: ConnectionsFigures | null;
}

export class StatsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['estimated', 'exact'],
    default: 'estimated',
    description: 'exact reads every index or collection; 504 where that takes too long',
  })
  @IsOptional()
  @IsIn(['estimated', 'exact'])
  count?: 'estimated' | 'exact';
}

export class DatabaseFigures {
  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['main', 'control'] })
  holds!: 'main' | 'control';

  @ApiProperty()
  collections!: number;

  @ApiProperty()
  views!: number;

  @ApiProperty({ description: 'Estimated; a time series counts its buckets' })
  documents!: number;

  @ApiProperty({ description: 'Before compression' })
  dataBytes!: number;

  @ApiProperty({ description: 'On the disk, without indexes' })
  storageBytes!: number;

  @ApiProperty()
  indexes!: number;

  @ApiProperty()
  indexBytes!: number;
}

export class CollectionFigures {
  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['collection', 'timeseries', 'view'] })
  type!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Null where it cannot be estimated: of a view, and of a time series, which is stored in buckets',
  })
  documents!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of a time series' })
  buckets!: number | null;

  @ApiProperty({ description: 'Before compression' })
  dataBytes!: number;

  @ApiProperty({ type: Number, nullable: true })
  averageDocumentBytes!: number | null;

  @ApiProperty({ description: 'On the disk, without indexes' })
  storageBytes!: number;

  @ApiProperty({ description: 'Of the storage, what a compaction could free' })
  freeBytes!: number;

  @ApiProperty()
  indexBytes!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'Bytes on the disk of each index, by name',
  })
  indexSizes!: Record<string, number>;
}

export class PageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class DatabaseStats {
  @ApiProperty({ enum: ['estimated', 'exact'] })
  count!: 'estimated' | 'exact';

  @ApiProperty({ type: [DatabaseFigures] })
  databases!: DatabaseFigures[];

  @ApiProperty({ type: [CollectionFigures], description: 'Collections of the main database, by name' })
  items!: CollectionFigures[];

  @ApiProperty({ type: () => PageInfo })
  page!: PageInfo;
}
