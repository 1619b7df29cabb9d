import { ApiProperty } from '@nestjs/swagger';

class ClientFigures {
  @ApiProperty()
  connected!: number;

  @ApiProperty()
  blocked!: number;

  @ApiProperty()
  limit!: number;

  @ApiProperty({ description: 'Connections refused since the start, because the limit was reached' })
  rejected!: number;
}

class MemoryFigures {
  @ApiProperty()
  usedBytes!: number;

  @ApiProperty()
  peakBytes!: number;

  @ApiProperty({ description: 'As the operating system counts it' })
  residentBytes!: number;

  @ApiProperty({ description: 'maxmemory; 0 is no limit' })
  limitBytes!: number;

  @ApiProperty()
  policy!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Resident by used' })
  fragmentation!: number | null;
}

class ReplicationFigures {
  @ApiProperty()
  role!: string;

  @ApiProperty()
  replicas!: number;

  @ApiProperty()
  offset!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of the replica that is farthest behind; null without one',
  })
  farthestBehindBytes!: number | null;
}

class PersistenceFigures {
  @ApiProperty()
  isLoading!: boolean;

  @ApiProperty()
  hasAppendOnlyFile!: boolean;

  @ApiProperty()
  isLastSaveOk!: boolean;

  @ApiProperty()
  lastSaveAt!: string;

  @ApiProperty()
  changesSinceSave!: number;
}

class CacheDatabaseFigures {
  @ApiProperty()
  database!: number;

  @ApiProperty({ type: String, nullable: true })
  purpose!: string | null;

  @ApiProperty()
  keys!: number;

  @ApiProperty({ description: 'Keys with a time to live' })
  expiring!: number;

  @ApiProperty()
  averageTtlSeconds!: number;
}

/** Of this process, since its start. */
export class DocumentFigures {
  @ApiProperty()
  hits!: number;

  @ApiProperty()
  misses!: number;

  @ApiProperty({ description: 'Reads without cache: Redis was away, or changes were not followed' })
  bypasses!: number;

  @ApiProperty({ type: Number, nullable: true })
  hitRate!: number | null;

  @ApiProperty({ description: 'Is it served from now?' })
  isServing!: boolean;
}

/** Sums over the primaries where there are several; replication and persistence for each of them. */
export class CacheStatsDto {
  @ApiProperty()
  isCluster!: boolean;

  @ApiProperty()
  version!: string;

  @ApiProperty({ description: 'Primaries' })
  servers!: number;

  @ApiProperty()
  uptimeSeconds!: number;

  @ApiProperty()
  hits!: number;

  @ApiProperty()
  misses!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Of all who use the cache, since the server started' })
  hitRate!: number | null;

  @ApiProperty()
  operationsPerSecond!: number;

  @ApiProperty()
  commands!: number;

  @ApiProperty()
  evictedKeys!: number;

  @ApiProperty()
  expiredKeys!: number;

  @ApiProperty({ type: ClientFigures })
  clients!: ClientFigures;

  @ApiProperty({ type: MemoryFigures })
  memory!: MemoryFigures;

  @ApiProperty({ type: [ReplicationFigures] })
  replication!: ReplicationFigures[];

  @ApiProperty({ type: [PersistenceFigures] })
  persistence!: PersistenceFigures[];

  @ApiProperty({
    type: [CacheDatabaseFigures],
    description: 'On a Redis Cluster 0 alone: it holds the prefixes of all',
  })
  databases!: CacheDatabaseFigures[];

  @ApiProperty({ type: DocumentFigures })
  documents!: DocumentFigures;
}
