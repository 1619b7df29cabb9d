import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import type { Document } from 'mongodb';

/** More are a job for an import. */
export const MAX_BULK_DOCUMENTS = 100_000;

export interface BulkRequest {
  readonly documents: Document[];
  readonly ordered: boolean;
  readonly atomic: boolean;
  /** As `isSmallBody` has it. */
  readonly isSmall: boolean;
}

/** What the body of a POST asks for: a bulk is `documents` with at most `ordered` and `atomic` beside it; anything else is one document. */
export function parseInsert(body: unknown, isSmall: boolean): { document: Document } | BulkRequest {
  if (!isBulk(body)) return { document: parseDocument(body) };
  const { documents, ordered = true, atomic = false } = body;
  if (typeof ordered !== 'boolean') refuse('/ordered', 'must be true or false');
  if (typeof atomic !== 'boolean') refuse('/atomic', 'must be true or false');
  if (documents.length === 0) refuse('/documents', 'needs at least one document');
  if (documents.length > MAX_BULK_DOCUMENTS)
    refuse('/documents', `has at most ${String(MAX_BULK_DOCUMENTS)} documents`);
  return {
    documents: documents.map((one, index) => parseDocument(one, `/documents/${String(index)}`)),
    ...{ ordered, atomic, isSmall },
  };
}

const BULK_KEYS = new Set(['documents', 'ordered', 'atomic']);

function isBulk(body: unknown): body is { documents: unknown[]; ordered?: unknown; atomic?: unknown } {
  if (typeof body !== 'object' || body === null) return false;
  return Object.keys(body).every((key) => BULK_KEYS.has(key)) && Array.isArray((body as Document)['documents']);
}

/**
 * One document of a request. @throws AppError VALIDATION_FAILED where it is none or has an `_id` that MongoDB refuses;
 * EXTENDED_JSON_INVALID
 */
export function parseDocument(value: unknown, pointer = ''): Document {
  if (Array.isArray(value) && pointer === '')
    refuse(pointer, 'must be a document; several are sent as {"documents": […]}');
  const document = fromExtendedJson(value, pointer);
  const isFields =
    typeof document === 'object' && document !== null && Object.getPrototypeOf(document) === Object.prototype;
  if (!isFields) refuse(pointer, 'must be a document');
  const id: unknown = (document as Document)['_id'];
  const isRegExp = (id as { _bsontype?: string } | null | undefined)?._bsontype === 'BSONRegExp';
  if (Array.isArray(id) || isRegExp) refuse(`${pointer}/_id`, 'must be no list and no regular expression');
  return document as Document;
}

function refuse(pointer: string, message: string): never {
  const errors = [{ pointer, code: 'DOCUMENT', message }];
  throw new AppError('VALIDATION_FAILED', `${pointer === '' ? 'the body' : pointer} ${message}`, { errors });
}
