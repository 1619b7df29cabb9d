import { COLLECTION_NAME } from '@lucid/jobs/contracts/names';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { DryRunQuery } from '../replica-set/replica-set.dto.ts';

/** The server takes any text; these can stand in an address. */
export const ZONE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

export class AddToZoneDto {
  @ApiProperty({ example: 'eu' })
  @Matches(ZONE_NAME, { message: 'zone must be 1 to 100 letters, digits, _ . -' })
  zone!: string;

  @ApiProperty({ description: 'Id of a shard' })
  @IsString()
  @Length(1, 100)
  shard!: string;
}

export class AddRangeDto {
  @ApiProperty({ example: 'transactions', description: 'Of the main database' })
  @MaxLength(235)
  @Matches(COLLECTION_NAME, { message: 'collection must be the name of a collection' })
  collection!: string;

  @ApiProperty({ type: Object, example: { region: 'AT' }, description: 'Included; Extended JSON, $minKey too' })
  @IsObject()
  min!: Record<string, unknown>;

  @ApiProperty({ type: Object, example: { region: 'DE' }, description: 'Not included; Extended JSON, $maxKey too' })
  @IsObject()
  max!: Record<string, unknown>;
}

export class RemoveZoneQuery extends DryRunQuery {
  @ApiPropertyOptional({ description: 'Takes only this shard out of it' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  shard?: string;
}

export class RemoveRangeQuery {
  @ApiProperty({ description: 'Of the main database' })
  @MaxLength(235)
  @Matches(COLLECTION_NAME, { message: 'collection must be the name of a collection' })
  collection!: string;

  @ApiProperty({ example: '{"region":"AT"}', description: 'Where the range begins, as Extended JSON' })
  @IsString()
  @Length(2, 4096)
  min!: string;
}

export class ZoneRangeDto {
  @ApiProperty({ example: 'lucid_blockchain.transactions' })
  namespace!: string;

  @ApiProperty({ type: Object, description: 'Included; Extended JSON' })
  min!: object;

  @ApiProperty({ type: Object, description: 'Not included; Extended JSON' })
  max!: object;
}

export class ZoneDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: [String] })
  shards!: string[];

  @ApiProperty({ type: [ZoneRangeDto] })
  ranges!: ZoneRangeDto[];
}

export class ZonesPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class ZonesPage {
  @ApiProperty({ type: [ZoneDto] })
  items!: ZoneDto[];

  @ApiProperty({ type: () => ZonesPageInfo })
  page!: ZonesPageInfo;
}
