import { fromExtendedJson, toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import { Long, ObjectId } from 'mongodb';

const OBJECT_ID = /^[0-9a-f]{24}$/i;
const WHOLE_NUMBER = /^-?\d{1,19}$/;
const JSON_START = /^[{["]/;
const MAX_LENGTH = 1024;
const INT32_MAX = 0x7fffffff;

/** Texts that mean something else where an id stands: routes beside the documents, and steps in a path. */
const TAKEN = new Set(['export', 'changes', '.', '..']);

/**
 * The `_id` that the last part of an address names, in this order:
 *
 * | text | `_id` |
 * |---|---|
 * | 24 hexadecimal digits | ObjectId |
 * | a whole number of 64 bits | number; MongoDB finds 5 whatever its numeric type |
 * | what begins with `{` or `"` | Extended JSON: `{"$uuid": "…"}`, `{"a": 1}`, `"5"` for the text 5 |
 * | `[…]`, a list of one | that value, for what JSON writes bare: `[1.5]`, `[true]`, `[null]` |
 * | anything else | that text |
 *
 * @throws AppError VALIDATION_FAILED, EXTENDED_JSON_INVALID
 */
export function parseDocumentId(text: string): unknown {
  if (text === '' || text.length > MAX_LENGTH) refuse(`must have 1 to ${String(MAX_LENGTH)} characters`);
  if (OBJECT_ID.test(text)) return ObjectId.createFromHexString(text);
  if (WHOLE_NUMBER.test(text)) return wholeNumber(text);
  return JSON_START.test(text) ? fromJson(text) : text;
}

/** The part of an address that `parseDocumentId` reads back, percent-encoded. */
export function documentIdPath(id: unknown): string {
  if (id instanceof ObjectId) return id.toHexString();
  if (typeof id === 'string') {
    const isPlain =
      id !== '' && !OBJECT_ID.test(id) && !WHOLE_NUMBER.test(id) && !JSON_START.test(id) && !TAKEN.has(id);
    return encodeURIComponent(isPlain ? id : JSON.stringify(id));
  }
  const json = JSON.stringify(toExtendedJson(id));
  return encodeURIComponent(json.startsWith('{') || WHOLE_NUMBER.test(json) ? json : `[${json}]`);
}

function wholeNumber(text: string): number | Long {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) refuse('is a number of more than 64 bits');
  const number = Number(value);
  return Math.abs(number) <= INT32_MAX ? number : Long.fromBigInt(value);
}

function fromJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    refuse('begins like Extended JSON and is none; a text that begins so is sent as "\\"…\\""');
  }
  if (!Array.isArray(parsed)) return fromExtendedJson(parsed, '/id');
  return parsed.length === 1 ? fromExtendedJson(parsed[0], '/id') : refuse('is a list, which no _id is');
}

function refuse(message: string): never {
  throw new AppError('VALIDATION_FAILED', `id ${message}`, { errors: [{ pointer: '/id', code: 'ID', message }] });
}
