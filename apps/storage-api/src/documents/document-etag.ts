import { hash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';

/** Characters of an ETag with its quotes; the same for every document. */
export const ETAG_LENGTH = 24;
/** 132 bits of the hash: base64url without its tail. */
const HASH_LENGTH = ETAG_LENGTH - 2;

/** The ETag of a document: a hash of its BSON as it is stored, so that it changes with every bit, types and order of fields included. */
export function etagOf(bson: Uint8Array): string {
  return `"${hash('sha256', bson, 'base64url').slice(0, HASH_LENGTH)}"`;
}

/** Does `If-None-Match` name it? Weakly, as RFC 9110 has it (13.1.2). */
export function isNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || tagsOf(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * The check that `If-Match` asks for: of the document that was found, before it is changed. `*` takes it as it is.
 * @throws AppError PRECONDITION_FAILED when it is another one by now
 */
export function assertMatch(header: string, etag: string): void {
  if (header.trim() === '*' || tagsOf(header).includes(etag)) return;
  throw new AppError('PRECONDITION_FAILED', 'the document was changed since it was read; its ETag is another one now');
}

/** @throws AppError PRECONDITION_REQUIRED without it */
export function requireIfMatch(header: string | undefined): string {
  if (header !== undefined && header.trim() !== '') return header;
  const detail = 'send the ETag it was read with as If-Match, or If-Match: * to change it whatever it is by now';
  throw new AppError('PRECONDITION_REQUIRED', detail);
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}
