import { NAMESPACE } from '@lucid/jobs/contracts/names';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsOptional, Matches } from 'class-validator';

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
