import { Crc64 } from '@lucid/clients/redis/rdb/crc64';
import type { RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import { FOOTER_BYTES, writeFooter } from '@lucid/clients/redis/rdb/rdb-writer';
import type { BigValue } from './restore-verify.ts';

const RESTORE = Buffer.from('\r\n$7\r\nRESTORE\r\n$');
const REPLACE = Buffer.from('\r\n$7\r\nREPLACE\r\n');
const ABSTTL = Buffer.from('$6\r\nABSTTL\r\n');
const IDLETIME = Buffer.from('$8\r\nIDLETIME\r\n$');
const FREQ = Buffer.from('$4\r\nFREQ\r\n$');
/** More than everything but key and value can take. */
const ENVELOPE_BYTES = 320;
const SHORT_BYTES = 48;

/** How much room the command of an entry needs at most. */
export function roomFor(scanner: RdbScanner): number {
  const { entry, end } = scanner;
  // A compressed key is longer in the command than in the RDB.
  return ENVELOPE_BYTES + (end - entry.typeAt) + scanner.key().length;
}

/**
 * Writes RESTORE commands (https://redis.io/docs/latest/commands/restore/) straight from the bytes of an RDB: type byte, value, RDB
 * version and CRC64 are what DUMP would have given.
 */
export class RestoreCommandWriter {
  readonly buffer: Buffer;
  readonly #version: number;
  readonly #crc = new Crc64();
  filled = 0;
  commands = 0;

  constructor(bytes: number, version: number) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.#version = version;
  }

  has(room: number): boolean {
    return this.buffer.length - this.filled >= room;
  }

  /** The command of the scanner's entry, which is whole and for which there is room. */
  add(scanner: RdbScanner): void {
    const { entry, buffer, end } = scanner;
    this.#begin(scanner, 1 + end - entry.valueStart + FOOTER_BYTES);
    const from = this.filled;
    this.buffer[this.filled++] = entry.type;
    this.#put(buffer, entry.valueStart, end);
    this.#crc.reset();
    this.#crc.update(this.buffer, from, this.filled);
    writeFooter(this.buffer, this.filled, this.#version, this.#crc);
    this.filled += FOOTER_BYTES;
    this.#end(scanner);
    this.commands += 1;
  }

  /** A whole command, for which there must be room: ENVELOPE_BYTES of each entry's room are enough for a SELECT. */
  addCommand(command: Buffer): void {
    this.#put(command);
    this.commands += 1;
  }

  /** What comes before the value's bytes, and after them, for an entry whose value comes in pieces. */
  static around(scanner: RdbScanner, { bytes, crc }: BigValue, version: number): { before: Buffer; after: Buffer } {
    const writer = new RestoreCommandWriter(roomFor(scanner), version);
    writer.#begin(scanner, bytes + FOOTER_BYTES);
    writer.buffer[writer.filled++] = scanner.entry.type;
    const before = Buffer.from(writer.buffer.subarray(0, writer.filled));
    const footer = new Crc64();
    footer.low = crc.low;
    footer.high = crc.high;
    writeFooter(writer.buffer, 0, version, footer);
    writer.filled = FOOTER_BYTES;
    writer.#end(scanner);
    return { before, after: writer.buffer.subarray(0, writer.filled) };
  }

  #begin(scanner: RdbScanner, payloadBytes: number): void {
    const { expiresAtMs, idle, freq } = scanner.entry;
    const words = 5 + (expiresAtMs >= 0 ? 1 : 0) + (idle >= 0 || freq >= 0 ? 2 : 0);
    const key = scanner.key();
    this.buffer[this.filled++] = 42; // *
    this.#number(words);
    this.#put(RESTORE);
    this.#number(key.length);
    this.#lineEnd();
    this.#put(key);
    this.#lineEnd();
    this.buffer[this.filled++] = 36; // $
    this.#word(Math.max(expiresAtMs, 0));
    this.buffer[this.filled++] = 36;
    this.#number(payloadBytes);
    this.#lineEnd();
  }

  #end({ entry: { expiresAtMs, idle, freq } }: RdbScanner): void {
    this.#put(REPLACE);
    if (expiresAtMs >= 0) this.#put(ABSTTL);
    if (idle >= 0) {
      this.#put(IDLETIME);
      this.#word(idle);
    } else if (freq >= 0) {
      this.#put(FREQ);
      this.#word(freq);
    }
  }

  #put(bytes: Buffer, from = 0, to = bytes.length): void {
    if (to - from > SHORT_BYTES) this.buffer.set(bytes.subarray(from, to), this.filled);
    else for (let at = from; at < to; at++) this.buffer[this.filled + at - from] = bytes[at] as number;
    this.filled += to - from;
  }

  #lineEnd(): void {
    this.buffer[this.filled++] = 13;
    this.buffer[this.filled++] = 10;
  }

  /** A number as a word: its length, then its digits. */
  #word(value: number): void {
    this.#number(digitsOf(value));
    this.#lineEnd();
    this.#number(value);
    this.#lineEnd();
  }

  #number(value: number): void {
    const digits = digitsOf(value);
    let rest = value;
    for (let at = this.filled + digits - 1; at >= this.filled; at--) {
      const next = Math.floor(rest / 10);
      this.buffer[at] = 48 + (rest - next * 10);
      rest = next;
    }
    this.filled += digits;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}
