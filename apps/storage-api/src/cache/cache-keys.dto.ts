import { PageQuery } from '@lucid/service-kit/http/page';
import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ENCODINGS, USUAL_DATABASE, type Encoding } from './cache-names.ts';
import { WRITABLE_TYPES, type WritableType } from './key-writes.ts';

const LONGEST_CURSOR = 16_384;
const LONGEST_TTL = 31_536_000;
const TYPES = [...WRITABLE_TYPES] as const;

export class DatabaseQuery {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 15,
    description: USUAL_DATABASE,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(15)
  database?: number;
}

export class ListKeysQuery extends OmitType(PageQuery, ['cursor'] as const) {
  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CURSOR)
  cursor?: string;

  @ApiPropertyOptional({ description: 'As of SCAN MATCH: `*`, `?`, `[a-z]`, `\\` before a character', default: '*' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1_024)
  pattern?: string;

  @ApiPropertyOptional({ enum: TYPES })
  @IsOptional()
  @IsIn(TYPES)
  type?: WritableType;

  @ApiPropertyOptional({ minimum: 0, maximum: 15, description: USUAL_DATABASE })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(15)
  database?: number;
}

export class KeyQuery extends DatabaseQuery {
  @ApiPropertyOptional({
    enum: ENCODINGS,
    default: 'utf8',
    description: 'Of the key in the address; base64url for binary keys',
  })
  @IsOptional()
  @IsIn(ENCODINGS)
  encoding: Encoding = 'utf8';
}

export class RemoveKeyQuery extends KeyQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only shows what would be removed' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class PutKeyDto {
  @ApiProperty({
    description:
      'string: text, or anything else as its JSON; hash: `{field: text}`; list, set: `[text]`; zset: `[{member, score}]`; stream: `[{id?, fields}]`',
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
    ],
  })
  @IsDefined()
  value!: unknown;

  @ApiPropertyOptional({ minimum: 1, maximum: LONGEST_TTL, description: 'Seconds to live; without it the key stays' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_TTL)
  ttl?: number;

  @ApiPropertyOptional({ enum: TYPES, default: 'string' })
  @IsOptional()
  @IsIn(TYPES)
  type?: WritableType;

  @ApiPropertyOptional({
    enum: ENCODINGS,
    default: 'utf8',
    description: 'Of every text in the value; base64 for binary values',
  })
  @IsOptional()
  @IsIn(ENCODINGS)
  encoding?: Encoding;
}

/** One key of a list. */
export class CacheKeySummary {
  @ApiProperty()
  key!: string;

  @ApiProperty({ enum: ENCODINGS, description: 'base64: the key is binary, and shown as base64url' })
  keyEncoding!: Encoding;

  @ApiProperty()
  type!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'null: it stays' })
  ttlSeconds!: number | null;

  @ApiProperty({ description: 'As MEMORY USAGE estimates it' })
  memoryBytes!: number;
}

class ScanPage {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true, description: 'null on the last page; a page before it can be empty' })
  nextCursor!: string | null;
}

export class CacheKeysPage {
  @ApiProperty({ type: [CacheKeySummary] })
  items!: CacheKeySummary[];

  @ApiProperty({ type: ScanPage })
  page!: ScanPage;

  @ApiProperty({ description: 'Whose keys these are' })
  database!: number;

  @ApiProperty({ description: 'About so many keys were looked at for this page' })
  scanned!: number;
}

export class CacheKeyDto extends CacheKeySummary {
  @ApiProperty()
  database!: number;

  @ApiProperty({ type: String, nullable: true, description: 'How Redis keeps it: OBJECT ENCODING' })
  storedAs!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Bytes of a string, items of anything else' })
  length!: number | null;

  @ApiProperty({
    nullable: true,
    description: 'Its beginning, in the form that PUT takes; null for what cannot be shown',
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }, { type: 'array', items: {} }],
  })
  value!: unknown;

  @ApiProperty({ enum: ENCODINGS, nullable: true, description: 'base64: every text of the value is base64' })
  encoding!: Encoding | null;

  @ApiProperty({ description: 'Is the value all of it?' })
  isComplete!: boolean;

  @ApiProperty({ description: 'Values of databases 0 and 1 (sessions, authentication) are shown to operators only' })
  isHidden!: boolean;
}

export class WrittenKeyDto {
  @ApiProperty()
  key!: string;

  @ApiProperty({ enum: ENCODINGS })
  keyEncoding!: Encoding;

  @ApiProperty()
  database!: number;

  @ApiProperty()
  type!: string;

  @ApiProperty({ type: Number, nullable: true })
  ttlSeconds!: number | null;

  @ApiProperty({ description: 'False where it replaced one' })
  isNew!: boolean;
}
