import { createHash } from 'node:crypto';

/** SHA-256 of a migration's source, hex; the same whatever ends its lines. */
export function checksumOf(source: string): string {
  return createHash('sha256').update(source.replaceAll('\r\n', '\n')).digest('hex');
}
