import { createHash } from 'node:crypto';
import { isScanPosition, type ScanPosition } from '@lucid/clients/redis/key-scan';
import { AppError } from '@lucid/core/app-error';

/** What a cursor belongs to: the same list with other filters is another list. */
export interface ListFilter {
  readonly database: number;
  readonly pattern: string;
  readonly type?: string;
}

export function encodeScanCursor(filter: ListFilter, position: ScanPosition): string {
  return Buffer.from(JSON.stringify([fingerprint(filter), position])).toString('base64url');
}

/** @throws AppError BAD_CURSOR when it was not made for this list */
export function decodeScanCursor(filter: ListFilter, cursor: string | undefined): ScanPosition | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts[0] === fingerprint(filter) && isScanPosition(parts[1])) return parts[1];
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new AppError('BAD_CURSOR', 'the cursor does not belong to this list; start again without one');
}

function fingerprint({ database, pattern, type = '' }: ListFilter): string {
  return createHash('sha256')
    .update(JSON.stringify([database, pattern, type]))
    .digest('base64url')
    .slice(0, 12);
}
