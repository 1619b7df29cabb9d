/** Names of the RDB format, versions 1 to 12 (rdb.h of Redis 7.4). */
import { AppError } from '@lucid/core/app-error';

export const NEWEST_RDB_VERSION = 12;

export const OPCODES = {
  slotInfo: 244,
  function2: 245,
  functionBeforeRelease: 246,
  moduleAux: 247,
  idle: 248,
  freq: 249,
  aux: 250,
  resizeDb: 251,
  expireTimeMs: 252,
  expireTime: 253,
  selectDb: 254,
  eof: 255,
} as const;

/** Two upper bits of a length's first byte, or the whole byte. */
export const LENGTHS = { bits6: 0, bits14: 1, bits32: 0x80, bits64: 0x81, encoded: 3 } as const;
export const ENCODINGS = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const;

/** The file is damaged, or it is none. */
export function invalid(what: string): AppError {
  return new AppError('RDB_INVALID', `The RDB cannot be read: ${what}.`);
}

/** The file is well, and holds what cannot be restored. */
export function unsupported(what: string): AppError {
  return new AppError('RDB_UNSUPPORTED', what);
}

const SHOWN_KEY_BYTES = 64;

/** A key as an error may show it: printable ASCII, the rest escaped, its beginning only. */
export function showKey(key: Buffer): string {
  const shown = key
    .subarray(0, SHOWN_KEY_BYTES)
    .toString('latin1')
    .replace(/[^\x21-\x7e]|["\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${shown}"${key.length > SHOWN_KEY_BYTES ? '…' : ''}`;
}
