import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonValue } from './snapshot-types.ts';

/**
 * A small record as text: one line of JSON, one line with the HMAC-SHA-256 (lower-case hex) of
 * `lucid-repository 1\n` + object key + `\n` + first line. The object key is signed too, so a record moved elsewhere is refused.
 */
export function encodeRecord(key: Uint8Array, objectKey: string, value: JsonValue): Buffer {
  const line = JSON.stringify(value);
  return Buffer.from(`${line}\n${macOf(key, objectKey, Buffer.from(line))}\n`);
}

/** The record's value, or undefined where a single bit of it is not as it was written. */
export function decodeRecord(key: Uint8Array, objectKey: string, bytes: Buffer): unknown {
  const end = bytes.indexOf(10);
  if (end < 0 || bytes.length !== end + 66) return undefined;
  const expected = Buffer.from(`${macOf(key, objectKey, bytes.subarray(0, end))}\n`);
  if (!timingSafeEqual(expected, bytes.subarray(end + 1))) return undefined;
  return JSON.parse(bytes.toString('utf8', 0, end));
}

function macOf(key: Uint8Array, objectKey: string, line: Uint8Array): string {
  return createHmac('sha256', key).update(`lucid-repository 1\n${objectKey}\n`).update(line).digest('hex');
}
