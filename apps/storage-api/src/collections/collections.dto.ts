import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

export const COLLECTION_TYPES = ['collection', 'timeseries', 'view'] as const;
const MAX_INT32 = 0x7fffffff;
/** BSON ends a name with a null character. */
const FIELD = /^[^\0]{1,200}$/;
const NO_FIELD = { message: 'must be the name of a field, of 1 to 200 characters' };

export class TimeseriesDto {
  @ApiProperty({ type: String, example: 'timestamp' })
  @IsString()
  @Matches(FIELD, NO_FIELD)
  timeField!: string;

  @ApiPropertyOptional({ type: String, example: 'source' })
  @IsOptional()
  @IsString()
  @Matches(FIELD, NO_FIELD)
  metaField?: string;

  @ApiPropertyOptional({ enum: ['seconds', 'minutes', 'hours'], default: 'seconds' })
  @IsOptional()
  @IsIn(['seconds', 'minutes', 'hours'])
  granularity?: 'seconds' | 'minutes' | 'hours';
}

export class CappedDto {
  @ApiProperty({ type: Number, minimum: 4096 })
  @IsInt()
  @Min(4096)
  @Max(1e15)
  sizeBytes!: number;

  @ApiPropertyOptional({ type: Number, description: 'Documents at most' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_INT32)
  documents?: number;
}

/** https://www.mongodb.com/docs/manual/reference/collation/ */
export class CollationDto {
  @ApiProperty({ type: String, example: 'de' })
  @IsString()
  @Length(1, 50)
  locale!: string;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 5 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  strength?: number;

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  caseLevel?: boolean;

  @ApiPropertyOptional({ enum: ['upper', 'lower', 'off'] })
  @IsOptional()
  @IsIn(['upper', 'lower', 'off'])
  caseFirst?: 'upper' | 'lower' | 'off';

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  numericOrdering?: boolean;

  @ApiPropertyOptional({ enum: ['non-ignorable', 'shifted'] })
  @IsOptional()
  @IsIn(['non-ignorable', 'shifted'])
  alternate?: 'non-ignorable' | 'shifted';

  @ApiPropertyOptional({ enum: ['punct', 'space'] })
  @IsOptional()
  @IsIn(['punct', 'space'])
  maxVariable?: 'punct' | 'space';

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  backwards?: boolean;

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  normalization?: boolean;
}

export class CreateCollectionDto {
  @ApiProperty({ type: String, example: 'sightings', maxLength: 191 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    example: 'Session',
    description: 'Name of a model, or of its collection: gives validator, options and indexes; alone with `name` then',
  })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  model?: string;

  @ApiPropertyOptional({
    type: Object,
    example: { $jsonSchema: { required: ['at'], properties: { at: { bsonType: 'date' } } } },
    description: 'Extended JSON',
  })
  @IsOptional()
  @IsObject()
  validator?: Record<string, unknown>;

  @ApiPropertyOptional({ enum: ['off', 'strict', 'moderate'], default: 'strict' })
  @IsOptional()
  @IsIn(['off', 'strict', 'moderate'])
  validationLevel?: 'off' | 'strict' | 'moderate';

  @ApiPropertyOptional({ enum: ['error', 'warn'], default: 'error' })
  @IsOptional()
  @IsIn(['error', 'warn'])
  validationAction?: 'error' | 'warn';

  @ApiPropertyOptional({ type: TimeseriesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => TimeseriesDto)
  timeseries?: TimeseriesDto;

  @ApiPropertyOptional({ type: CappedDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => CappedDto)
  capped?: CappedDto;

  @ApiPropertyOptional({ type: Boolean, description: 'Stored in the order of `_id`, without an index beside it' })
  @IsOptional()
  @IsBoolean()
  clustered?: boolean;

  @ApiPropertyOptional({
    type: Number,
    description: 'Of a time series, or of a clustered collection with dates as `_id`',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_INT32)
  expireAfterSeconds?: number;

  @ApiPropertyOptional({ type: CollationDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => CollationDto)
  collation?: CollationDto;

  @ApiPropertyOptional({ type: Boolean, description: 'Keeps what documents were before a change, for change feeds' })
  @IsOptional()
  @IsBoolean()
  preAndPostImages?: boolean;
}

export class DropCollectionQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only says what would go' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'A job: dropped when a backup of it is committed, and nothing was written to it since',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  backup?: 'true' | 'false';

  @ApiPropertyOptional({ type: String, description: 'The name once more: the collection of a model goes only with it' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  confirm?: string;
}

export class CollectionSummary {
  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: COLLECTION_TYPES })
  type!: (typeof COLLECTION_TYPES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'The model whose collection it is' })
  model!: string | null;

  @ApiProperty({ description: 'Are its documents checked by a validator?' })
  isValidated!: boolean;

  @ApiProperty()
  isCapped!: boolean;

  @ApiProperty()
  isClustered!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Of a view: what it reads' })
  viewOn!: string | null;

  @ApiProperty({ description: 'Do the services alone write it?' })
  isReadOnly!: boolean;
}

export class CollectionsPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class CollectionsPage {
  @ApiProperty({ type: [CollectionSummary] })
  items!: CollectionSummary[];

  @ApiProperty({ type: () => CollectionsPageInfo })
  page!: CollectionsPageInfo;
}

export class CollectionView extends CollectionSummary {
  @ApiProperty({ type: Object, description: 'As MongoDB has them, validator and collation too; Extended JSON' })
  options!: Record<string, unknown>;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Does it check what its model wants? Null without a model; where false, run scripts/init',
  })
  isAsModel!: boolean | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Estimated; null of a view and of a time series' })
  documents!: number | null;

  @ApiProperty()
  dataBytes!: number;

  @ApiProperty()
  storageBytes!: number;

  @ApiProperty()
  indexBytes!: number;

  @ApiProperty()
  indexes!: number;

  @ApiProperty({ type: [String], description: 'Views that read it, directly or through another one' })
  dependents!: string[];
}

/** What a drop takes away, or has taken away. */
export class CollectionDropReport {
  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: COLLECTION_TYPES })
  type!: (typeof COLLECTION_TYPES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'The model that init makes it of again' })
  model!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Estimated; null of a view and of a time series' })
  documents!: number | null;

  @ApiProperty()
  dataBytes!: number;

  @ApiProperty()
  storageBytes!: number;

  @ApiProperty()
  indexBytes!: number;

  @ApiProperty({ type: [String] })
  indexes!: string[];

  @ApiProperty({ type: [String], description: 'Views that read it: they stay, and read nothing any more' })
  dependents!: string[];

  @ApiProperty({ description: 'Has it to be named twice, with `confirm`?' })
  needsConfirm!: boolean;

  @ApiProperty({ description: 'False with dryRun' })
  dropped!: boolean;
}
