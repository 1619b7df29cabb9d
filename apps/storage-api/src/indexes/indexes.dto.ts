import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { CollationDto } from '../collections/collections.dto.ts';

const MAX_INT32 = 0x7fffffff;

export class CreateIndexDto {
  @ApiProperty({
    type: Object,
    example: { user_id: 1, created_at: -1 },
    description: 'Field to 1, -1, "text", "2dsphere", "2d" or "hashed", in order; "$**" or "field.$**" for all below',
  })
  @IsObject()
  keys!: Record<string, number | string>;

  @ApiPropertyOptional({ type: String, maxLength: 127, description: 'Made of the keys when left out' })
  @IsOptional()
  @IsString()
  @Length(1, 127)
  name?: string;

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  unique?: boolean;

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  sparse?: boolean;

  @ApiPropertyOptional({ type: Boolean, description: 'Built and kept up to date, but not used by queries' })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    description: 'TTL: documents go so long after the date in the field',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_INT32)
  expireAfterSeconds?: number;

  @ApiPropertyOptional({ type: Object, example: { status: 'active' }, description: 'Extended JSON' })
  @IsOptional()
  @IsObject()
  partialFilterExpression?: Record<string, unknown>;

  @ApiPropertyOptional({ type: CollationDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => CollationDto)
  collation?: CollationDto;

  @ApiPropertyOptional({ type: Object, description: 'Of a wildcard index over everything: field to 1 or 0' })
  @IsOptional()
  @IsObject()
  wildcardProjection?: Record<string, unknown>;

  @ApiPropertyOptional({ type: Object, description: 'Of a text index: field to its weight' })
  @IsOptional()
  @IsObject()
  weights?: Record<string, unknown>;

  @ApiPropertyOptional({ type: String, description: 'Of a text index', example: 'german' })
  @IsOptional()
  @IsString()
  @Length(1, 30)
  defaultLanguage?: string;

  @ApiPropertyOptional({ type: String, description: 'Of a text index: the field that names the language' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  languageOverride?: string;
}

export class UpdateIndexDto {
  @ApiProperty({ type: Boolean, description: 'A hidden index is kept up to date, but not used by queries' })
  @IsBoolean()
  hidden!: boolean;
}

export class DropIndexQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Only says what would go, with the evidence of its use',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Hides it and leaves it hidden: queries go without it from now on, and it comes back at once',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  hideFirst?: 'true' | 'false';

  @ApiPropertyOptional({ type: String, description: 'The name once more: the index of a model goes only with it' })
  @IsOptional()
  @IsString()
  @Length(1, 127)
  confirm?: string;
}

export class IndexUsage {
  @ApiProperty({ description: 'Times it was used, over all members that were asked' })
  operations!: number;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'From when on all of them count; a restart, a rebuild and a change of `hidden` begin anew',
  })
  since!: Date | null;

  @ApiProperty({ type: [String], description: 'Members that were asked' })
  members!: string[];

  @ApiProperty({ type: [String], description: 'Members that did not answer: it may be used there' })
  unreachable!: string[];
}

export class IndexBuildProgress {
  @ApiProperty({ example: 'scanning collection' })
  phase!: string;

  @ApiProperty({ type: Number, nullable: true })
  done!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  total!: number | null;

  @ApiProperty()
  runningSeconds!: number;
}

export class IndexView {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: Object, description: 'In order' })
  keys!: Record<string, number | string>;

  @ApiProperty({ type: Object, description: 'Everything else that MongoDB keeps of it; Extended JSON' })
  options!: Record<string, unknown>;

  @ApiProperty()
  hidden!: boolean;

  @ApiProperty({ description: 'Does its model want it?' })
  isOfModel!: boolean;

  @ApiProperty({ type: Number, nullable: true })
  sizeBytes!: number | null;

  @ApiProperty({ type: IndexUsage, nullable: true, description: 'Null while it is being built' })
  usage!: IndexUsage | null;

  @ApiProperty({ type: IndexBuildProgress, nullable: true, description: 'While it is being built' })
  build!: IndexBuildProgress | null;
}

export class IndexList {
  @ApiProperty({ type: [IndexView] })
  items!: IndexView[];
}

export class IndexDropReport extends IndexView {
  @ApiProperty()
  collection!: string;

  @ApiProperty({ description: 'Has it to be named twice, with `confirm`?' })
  needsConfirm!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'An index whose first fields are these: it serves the same queries',
  })
  coveredBy!: string | null;

  @ApiProperty({ type: [String], description: 'What speaks for and against dropping it' })
  evidence!: string[];

  @ApiProperty({ enum: ['none', 'hidden', 'dropped'] })
  outcome!: 'none' | 'hidden' | 'dropped';

  @ApiProperty({ type: [String], description: 'Calls that go on from here' })
  next!: string[];
}

export class UnusedIndex {
  @ApiProperty()
  collection!: string;

  @ApiProperty()
  index!: string;

  @ApiProperty({ type: Object })
  keys!: Record<string, number | string>;

  @ApiProperty()
  sizeBytes!: number;

  @ApiProperty()
  isOfModel!: boolean;

  @ApiProperty()
  hidden!: boolean;

  @ApiProperty({ type: IndexUsage })
  usage!: IndexUsage;

  @ApiProperty({ type: Number, description: 'For how long its use has been counted on all members' })
  observedHours!: number;

  @ApiProperty({ enum: ['low', 'high'], description: 'low: counted for less than a week, or not on every member' })
  confidence!: 'low' | 'high';
}

export class RedundantIndex {
  @ApiProperty()
  collection!: string;

  @ApiProperty()
  index!: string;

  @ApiProperty({ type: Object })
  keys!: Record<string, number | string>;

  @ApiProperty()
  sizeBytes!: number;

  @ApiProperty()
  isOfModel!: boolean;

  @ApiProperty({ description: 'The index that serves the same queries' })
  coveredBy!: string;

  @ApiProperty({ type: Object })
  coveredByKeys!: Record<string, number | string>;
}

export class IndexReport {
  @ApiProperty({
    type: [UnusedIndex],
    description: 'Without unique, TTL and shard key indexes, which work unused; the largest first',
  })
  unused!: UnusedIndex[];

  @ApiProperty({ type: [RedundantIndex], description: 'Whose fields another index begins with; the largest first' })
  redundant!: RedundantIndex[];

  @ApiProperty()
  collections!: number;

  @ApiProperty()
  indexes!: number;

  @ApiProperty({ type: [String], description: 'Members that did not answer: what is used there alone looks unused' })
  unreachable!: string[];

  @ApiProperty()
  checkedAt!: Date;
}
