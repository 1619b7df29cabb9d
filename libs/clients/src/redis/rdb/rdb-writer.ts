import { Crc64 } from './crc64.ts';
import { LENGTHS, OPCODES } from './rdb-format.ts';

const NO_CHECKSUM = Buffer.alloc(8);
export const FOOTER_BYTES = 10;

export function rdbHeader(version: number): Buffer {
  return Buffer.from(`REDIS${String(version).padStart(4, '0')}`, 'latin1');
}

export function rdbLength(length: number): Buffer {
  if (length < 64) return Buffer.from([length]);
  if (length < 16_384) return Buffer.from([(LENGTHS.bits14 << 6) | (length >> 8), length & 255]);
  const bytes = Buffer.alloc(length < 2 ** 32 ? 5 : 9);
  bytes[0] = length < 2 ** 32 ? LENGTHS.bits32 : LENGTHS.bits64;
  if (length < 2 ** 32) bytes.writeUInt32BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

export function rdbString(content: Buffer): Buffer {
  return Buffer.concat([rdbLength(content.length), content]);
}

export function rdbAux(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([OPCODES.aux]), rdbString(Buffer.from(name)), rdbString(Buffer.from(value))]);
}

export function rdbSelect(database: number): Buffer {
  return Buffer.concat([Buffer.from([OPCODES.selectDb]), rdbLength(database)]);
}

export function rdbExpiry(expiresAtMs: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = OPCODES.expireTimeMs;
  bytes.writeBigInt64LE(BigInt(expiresAtMs), 1);
  return bytes;
}

export function rdbIdle(seconds: number): Buffer {
  return Buffer.concat([Buffer.from([OPCODES.idle]), rdbLength(seconds)]);
}

export function rdbFreq(counter: number): Buffer {
  return Buffer.from([OPCODES.freq, counter]);
}

/** The end of an RDB; without `crc` the zeros by which Redis knows that there is no checksum. */
export function rdbEnd(crc?: Crc64): Buffer {
  const end = Buffer.concat([Buffer.from([OPCODES.eof]), NO_CHECKSUM]);
  if (crc) {
    crc.update(end, 0, 1);
    crc.writeTo(end, 1);
  }
  return end;
}

/** What a DUMP payload ends with: version and checksum, over everything before the checksum (`crc` covers what comes first). */
export function writeFooter(target: Buffer, at: number, version: number, crc: Crc64): void {
  target.writeUInt16LE(version, at);
  crc.update(target, at, at + 2);
  crc.writeTo(target, at + 2);
}

/** Libraries as they stand in an RDB. */
export function functionEntries(codes: readonly Buffer[]): Buffer {
  return Buffer.concat(codes.flatMap((code) => [Buffer.from([OPCODES.function2]), rdbString(code)]));
}

/** The payload of `FUNCTION RESTORE` for these libraries. */
export function functionPayload(codes: readonly Buffer[], version: number): Buffer {
  const payload = Buffer.concat([functionEntries(codes), Buffer.alloc(FOOTER_BYTES)]);
  const crc = new Crc64();
  const at = payload.length - FOOTER_BYTES;
  crc.update(payload, 0, at);
  writeFooter(payload, at, version, crc);
  return payload;
}

/** Version of a DUMP payload whose checksum is right, else `undefined`. */
export function dumpVersion(payload: Buffer): number | undefined {
  const at = payload.length - FOOTER_BYTES;
  if (at < 1) return undefined;
  const crc = new Crc64();
  crc.update(payload, 0, at + 2);
  return crc.equals(payload, at + 2) ? payload.readUInt16LE(at) : undefined;
}
