import { createHash, hkdfSync } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';

/** A key of 32 bytes that wraps a repository's own keys. */
export interface MasterKey {
  /** Key check value: the first 8 bytes, in hex, of HKDF-SHA-256 of the key; it names the key and tells nothing about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$/;

/**
 * Reads a master key: 32 bytes as 64 hex digits or as base64 (43 characters and an optional `=`).
 * @param variable the environment variable it comes from, for the message
 * @throws AppError CONFIG_INVALID, which never repeats the value
 */
export function parseMasterKey(text: string, variable = 'BACKUP_MASTER_KEY'): MasterKey {
  const trimmed = text.trim();
  const encoding = HEX.test(trimmed)
    ? 'hex'
    : BASE64.test(trimmed.replaceAll('-', '+').replaceAll('_', '/'))
      ? 'base64'
      : null;
  if (!encoding) {
    throw new AppError(
      'CONFIG_INVALID',
      `${variable} must be 32 bytes as base64 or hex, e.g. the output of: openssl rand -base64 32`,
    );
  }
  const bytes = Buffer.from(trimmed, encoding);
  if (new Set(bytes).size < 8) {
    throw new AppError('CONFIG_INVALID', `${variable} is not random: make one with: openssl rand -base64 32`);
  }
  return { id: masterKeyId(bytes), bytes };
}

function masterKeyId(bytes: Buffer): string {
  const salt = createHash('sha256').update('lucid-repository master key check v1').digest();
  return Buffer.from(hkdfSync('sha256', bytes, salt, 'key check', 8)).toString('hex');
}
