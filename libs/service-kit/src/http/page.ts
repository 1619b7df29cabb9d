import { AppError } from '@lucid/core/app-error';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Query of every list: `?limit&cursor`. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(512)
  cursor?: string;
}

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  page: { limit: number; nextCursor: string | null };
}

/** Where a page ended: the sort value and the id that breaks ties. */
export interface PagePosition {
  at: string;
  id: string;
}

/** An opaque cursor that belongs to the list called `list`. */
export function encodeCursor(list: string, position: PagePosition): string {
  return Buffer.from(JSON.stringify([list, position.at, position.id])).toString('base64url');
}

/** @throws AppError BAD_CURSOR when it was not made by this list */
export function decodeCursor(list: string, cursor: string | undefined): PagePosition | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3 && parts[0] === list)
      return { at: String(parts[1]), id: String(parts[2]) };
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new AppError('BAD_CURSOR', 'the cursor does not belong to this list; start again without one');
}

/** A page of `found`, which was asked for one item more than `limit` to see whether there is a next page. */
export function toPage<S, T>(
  found: readonly S[],
  limit: number,
  present: (item: S) => T,
  cursorOf: (item: S) => string,
): Page<T> {
  const kept = found.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? cursorOf(last) : null;
  return { items: kept.map(present), page: { limit, nextCursor } };
}
