import { NAMESPACE } from '@lucid/jobs/contracts/names';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Min,
} from 'class-validator';

/** `a,b` or a repeated parameter. */
function toList({ value }: { value: unknown }): unknown {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value.flatMap((one) => (typeof one === 'string' ? one.split(',') : one)) : value;
}

export class ExportQuery {
  @ApiPropertyOptional({ type: [String], example: ['lucid_blockchain.sessions', 'lucid_blockchain.*'] })
  @IsOptional()
  @Transform(toList)
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(NAMESPACE, { each: true, message: 'must be names such as lucid.sessions or lucid.*' })
  namespaces?: string[];

  /** As `mongodump --gzip` packs an archive. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(({ obj }: { obj: { gzip?: unknown } }) =>
    obj.gzip === 'true' ? true : obj.gzip === 'false' ? false : obj.gzip,
  )
  @IsBoolean()
  gzip?: boolean;
}

export class RdbExportQuery {
  /** Database numbers; without them all. */
  @ApiPropertyOptional({ type: [Number], example: [0, 3] })
  @IsOptional()
  @Transform((given) => {
    const list = toList(given);
    return Array.isArray(list) ? list.map((one) => (/^\d{1,5}$/.test(String(one)) ? Number(one) : one)) : list;
  })
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(0, { each: true })
  databases?: number[];

  /** A pattern as of SCAN MATCH; repeat it for more. */
  @ApiPropertyOptional({ type: [String], example: ['session:*'] })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsArray()
  @ArrayMaxSize(1000)
  @Length(1, 1024, { each: true })
  keys?: string[];
}
