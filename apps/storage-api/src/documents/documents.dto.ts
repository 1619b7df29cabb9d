import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { ReadPreferenceMode } from 'mongodb';
import { MAX_CURSOR_LENGTH } from './query/cursor.ts';
import { FILTER_LIMITS } from './query/parse-filter.ts';

const READ_PREFERENCES = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'] as const;
const COUNTS = ['none', 'estimated', 'exact'] as const;
const OPERATIONS = 'insert|update|replace|delete|drop|rename|dropDatabase';

export class ListDocumentsQuery {
  @ApiPropertyOptional({ example: '{"status":"active"}', description: 'Extended JSON; its operators: docs/rest.md' })
  @IsOptional()
  @IsString()
  @MaxLength(FILTER_LIMITS.textLength)
  filter?: string;

  @ApiPropertyOptional({ example: '-created_at,name', description: 'Fields, `-` for descending; by `_id` without it' })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  sort?: string;

  @ApiPropertyOptional({ example: 'status,created_at', description: 'Only these fields, and `_id`' })
  @IsOptional()
  @IsString()
  @MaxLength(8192)
  fields?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 50, description: 'A page ends early at 16 MiB' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;

  @ApiPropertyOptional({ description: 'nextCursor of the page before, with the same filter and sort' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_CURSOR_LENGTH)
  cursor?: string;

  @ApiPropertyOptional({ enum: COUNTS, default: 'none', description: '`estimated` counts up to 10,000 with a filter' })
  @IsOptional()
  @IsIn(COUNTS)
  count: (typeof COUNTS)[number] = 'none';

  @ApiPropertyOptional({ minimum: 1, maximum: 60_000, default: 10_000, description: '504 after so many milliseconds' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60_000)
  maxTimeMS: number = 10_000;

  @ApiPropertyOptional({ enum: READ_PREFERENCES, default: 'primary', description: 'Secondaries may be behind' })
  @IsOptional()
  @IsIn(READ_PREFERENCES)
  readPreference: ReadPreferenceMode = 'primary';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Also where no index serves and the collection is large',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  allowScan?: 'true' | 'false';
}

export class ExportDocumentsQuery extends PickType(ListDocumentsQuery, [
  'filter',
  'sort',
  'fields',
  'readPreference',
  'allowScan',
] as const) {}

export class FollowDocumentsQuery {
  @ApiPropertyOptional({ example: 'insert,update', description: `Only these of ${OPERATIONS.replaceAll('|', ', ')}` })
  @IsOptional()
  @Matches(new RegExp(`^(${OPERATIONS})(,(${OPERATIONS})){0,6}$`), { message: `operations are of ${OPERATIONS}` })
  operations?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'With an update, the document as it is by then' })
  @IsOptional()
  @IsIn(['true', 'false'])
  fullDocument?: 'true' | 'false';
}

export class RemoveDocumentQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: '200 and what would be removed; nothing is' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

class DocumentsPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;

  @ApiPropertyOptional({ description: 'With `count`' })
  total?: number;

  @ApiPropertyOptional({ enum: ['exact', 'estimated', 'atLeast'], description: 'What `total` is' })
  totalIs?: string;
}

export class DocumentsPage {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'As stored' })
  items!: object[];

  @ApiProperty({ type: () => DocumentsPageInfo })
  page!: DocumentsPageInfo;
}

class BulkItem {
  @ApiProperty({ example: 201, description: '201; the status of what refused it; 424 where the bulk ended before it' })
  status!: number;

  @ApiPropertyOptional({ description: 'The `_id` as Extended JSON', type: Object })
  id?: unknown;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'code, title, detail, retryable, errors',
  })
  error?: object;
}

export class BulkAnswer {
  @ApiProperty()
  inserted!: number;

  @ApiProperty()
  failed!: number;

  @ApiProperty({ type: () => [BulkItem], description: 'In the order of the request' })
  items!: BulkItem[];
}

export class DocumentRemovalPlan {
  @ApiProperty({ example: 1 })
  wouldRemove!: number;

  @ApiProperty({ example: '"nWY2Xx0…"' })
  etag!: string;
}
