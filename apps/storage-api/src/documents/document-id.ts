import { fromExtendedJson, toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import { Long, ObjectId } from 'mongodb';

const OBJECT_ID = /^[0-9a-f]{24}$/i;
const WHOLE_NUMBER = /^-?\d{1,19}$/;
const MAX_LENGTH = 1024;
const INT32_MAX = 0x7fffffff;

/**
 * The `_id` that the last part of an address names, in this order:
 *
 * | text | `_id` |
 * |---|---|
 * | 24 hexadecimal digits | ObjectId |
 * | a whole number of 64 bits | number; MongoDB finds 5 whatever its numeric type |
 * | what begins with `{` or `"` | Extended JSON: `{"$uuid": "…"}`, `{"a": 1}`, `"5"` for the text 5 |
 * | anything else | that text |
 *
 * @throws AppError VALIDATION_FAILED, EXTENDED_JSON_INVALID
 */
export function parseDocumentId(text: string): unknown {
  if (text === '' || text.length > MAX_LENGTH) refuse(`must have 1 to ${String(MAX_LENGTH)} characters`);
  if (OBJECT_ID.test(text)) return ObjectId.createFromHexString(text);
  if (WHOLE_NUMBER.test(text)) return wholeNumber(text);
  return text.startsWith('{') || text.startsWith('"') ? fromJson(text) : text;
}

/** The part of an address that `parseDocumentId` reads back, percent-encoded. */
export function documentIdPath(id: unknown): string {
  if (id instanceof ObjectId) return id.toHexString();
  const isOtherwise = typeof id !== 'string' || OBJECT_ID.test(id) || WHOLE_NUMBER.test(id) || /^(["{]|$)/.test(id);
  // Texts that the router would take for parts of the path are quoted too.
  const isUnclear = isOtherwise || id === '.' || id === '..';
  return encodeURIComponent(isUnclear ? JSON.stringify(toExtendedJson(id)) : id);
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
  return fromExtendedJson(parsed, '/id');
}

function refuse(message: string): never {
  throw new AppError('VALIDATION_FAILED', `id ${message}`, { errors: [{ pointer: '/id', code: 'ID', message }] });
}
