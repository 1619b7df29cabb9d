import { joinBuffers } from '../resp/join-buffers.ts';
import { Crc64 } from './crc64.ts';
import { invalid, NEWEST_RDB_VERSION, OPCODES, showKey, unsupported } from './rdb-format.ts';
import { lengthSize, readLength } from './rdb-length.ts';
import { readString, stringEnd } from './rdb-string.ts';
import { isKnownType, ValueSkipper } from './value-skipper.ts';

export type RdbItem = 'header' | 'aux' | 'function' | 'database' | 'sizes' | 'entry' | 'value' | 'end';

/** A value of more bytes than this is given piece by piece where it is not in the buffer as a whole. */
const BIG_VALUE_BYTES = 256 * 1024;
/** Keys, functions and auxiliary fields are held in memory. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 9;
const CHECKSUM_BYTES = 8;
const MODULE_NAME = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A key as it stands in the buffer of the scanner; valid until `next` or `push` is called. */
export interface RdbEntry {
  type: number;
  /** Unix time in milliseconds, or -1. */
  expiresAtMs: number;
  /** Seconds since the key was used, and the logarithmic counter of its use; -1 where there is none. */
  idle: number;
  freq: number;
  /** The bytes that say so: from, to. They differ in every RDB of the same data. */
  evictionStart: number;
  evictionEnd: number;
  /** Of the type byte, the key and the value; the value ends at the item's end. */
  typeAt: number;
  keyStart: number;
  valueStart: number;
  /** The value follows in items of its own. */
  isPartial: boolean;
}

/**
 * Reads an RDB (versions 1 to 12) as it arrives and says where its items lie; values are neither decoded nor held. Contract:
 * - `push` chunks, and call `next` until it says `undefined`: another chunk is needed, or the RDB has ended.
 * - The bytes of an item are `buffer` from `start` to `end`; together the items are all bytes, in order.
 * - Every length is checked against what is there; memory stays under a chunk and MOST_HELD_BYTES.
 * - The checksum at the end must be right, where there is one.
 * - `finish` after the last chunk: an RDB that has not ended, or has bytes after its end, is refused.
 * @throws AppError RDB_INVALID (damaged), RDB_UNSUPPORTED (a newer version, a module, an unknown type, naming the key)
 */
export class RdbScanner {
  /** The bytes that `start`, `end` and the places of `entry` count in. */
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  version = 0;
  /** The field of an `aux`. */
  auxName = '';
  auxValue = '';
  /** The number of a `database`. */
  database = 0;
  /** The code of a `function`. */
  functionCode: Buffer = Buffer.alloc(0);
  /** Is a `value` the last piece of its value? */
  isLastPiece = false;
  /** At the end: did it bear a checksum? Redis writes zeros where `rdbchecksum` is off. */
  hasChecksum = false;
  readonly entry: RdbEntry = {
    ...{ type: 0, expiresAtMs: -1, idle: -1, freq: -1, evictionStart: 0, evictionEnd: 0 },
    ...{ typeAt: 0, keyStart: 0, valueStart: 0, isPartial: false },
  };
  readonly #crc = new Crc64();
  /** Up to here the checksum has been computed. */
  #checkedTo = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Bytes that must be there from the item's start before it makes sense to look again. */
  #needed = 0;
  readonly #skipper = new ValueSkipper();
  #isInValue = false;
  #hasEnded = false;
  readonly #isChecked: boolean;

  /** `isChecked: false` for an RDB that bears no checksum by intent: none is computed. */
  constructor({ isChecked = true }: { isChecked?: boolean } = {}) {
    this.#isChecked = isChecked;
  }

  push(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
  }

  next(): RdbItem | undefined {
    this.#join();
    if (this.#hasEnded) return undefined;
    this.start = this.end;
    if (this.#isInValue) return this.#piece();
    if (this.version === 0) return this.#header();
    return this.#item();
  }

  /** @throws AppError RDB_INVALID */
  finish(): void {
    if (!this.#hasEnded) throw invalid('it ends in the middle');
    if (this.end < this.buffer.length || this.#pendingBytes > 0) throw invalid('there are bytes after its end');
  }

  /** The key of the present entry; a view where it is stored plain. */
  key(): Buffer {
    return readString(this.buffer, this.entry.keyStart, this.entry.valueStart);
  }

  /** Puts what is left and what has come together, once that can help. */
  #join(): void {
    const left = this.buffer.length - this.end;
    if (this.#pendingBytes === 0 || left + this.#pendingBytes < this.#needed) return;
    if (this.#needed === 0 && left > 0) return;
    if (!this.#hasEnded) this.#check(this.end);
    const [only] = this.#pending;
    const come = only && this.#pending.length === 1 ? only : Buffer.concat(this.#pending);
    this.buffer = joinBuffers(this.buffer.subarray(this.end), come);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#needed = 0;
    this.end = 0;
    this.#checkedTo = 0;
  }

  #check(to: number): void {
    if (this.#isChecked) this.#crc.update(this.buffer, this.#checkedTo, to);
    this.#checkedTo = to;
  }

  /** The item is not all there: at least `bytes` from its start are needed. */
  #more(bytes: number): undefined {
    if (bytes > MOST_HELD_BYTES) throw unsupported('The RDB has a key or function of more than 64 MiB.');
    this.#needed = Math.max(bytes, this.buffer.length - this.start + 1);
    this.end = this.start;
    return undefined;
  }

  #header(): RdbItem | undefined {
    if (this.buffer.length - this.start < HEADER_BYTES) return this.#more(HEADER_BYTES);
    const magic = this.buffer.toString('latin1', this.start, this.start + HEADER_BYTES);
    if (!/^REDIS\d{4}$/.test(magic)) throw invalid('it has no RDB header');
    this.version = Number(magic.slice(5));
    if (this.version === 0) throw invalid('it has version 0');
    if (this.version > NEWEST_RDB_VERSION) {
      throw unsupported(`The RDB has version ${this.version}; up to ${NEWEST_RDB_VERSION} is supported.`);
    }
    this.end = this.start + HEADER_BYTES;
    return 'header';
  }

  #item(): RdbItem | undefined {
    const { entry, buffer } = this;
    entry.expiresAtMs = entry.idle = entry.freq = -1;
    entry.evictionStart = entry.evictionEnd = 0;
    for (let at = this.start; ;) {
      if (at >= buffer.length) return this.#more(0);
      const code = buffer[at] as number;
      if (code < OPCODES.slotInfo) return this.#entry(at, code);
      const next = this.#attribute(at, code);
      if (next === undefined) return this.#more(0);
      if (next === 0) return at === this.start ? this.#opcode(code) : stray(code);
      at = next;
    }
  }

  /** What stands before a key: where it ends, `undefined` where it is not all there, 0 where it is none. */
  #attribute(at: number, code: number): number | undefined {
    const { entry, buffer } = this;
    let next: number;
    if (code === OPCODES.expireTimeMs || code === OPCODES.expireTime) {
      next = at + (code === OPCODES.expireTimeMs ? 9 : 5);
      if (next > buffer.length) return undefined;
      entry.expiresAtMs =
        code === OPCODES.expireTimeMs ? milliseconds(buffer, at + 1) : buffer.readInt32LE(at + 1) * 1000;
      if (entry.expiresAtMs < 0) throw invalid('a key expires before 1970');
      return next;
    }
    if (code === OPCODES.freq) {
      next = at + 2;
      if (next > buffer.length) return undefined;
      entry.freq = buffer[at + 1] as number;
    } else if (code === OPCODES.idle) {
      const size = this.#lengthAt(at + 1);
      if (size < 0) return undefined;
      next = at + 1 + size;
      entry.idle = readLength(buffer, at + 1, size);
    } else return 0;
    if (entry.evictionEnd > 0) throw invalid('a key has two eviction fields');
    entry.evictionStart = at;
    entry.evictionEnd = next;
    return next;
  }

  #entry(at: number, type: number): RdbItem | undefined {
    const { entry, buffer } = this;
    const keyStart = at + 1;
    const valueStart = stringEnd(buffer, keyStart, buffer.length);
    if (valueStart < 0 || valueStart > buffer.length) return this.#more(valueStart - this.start);
    entry.type = type;
    entry.typeAt = at;
    entry.keyStart = keyStart;
    entry.valueStart = valueStart;
    entry.isPartial = false;
    if (type === 0) this.end = stringEnd(buffer, valueStart, buffer.length);
    else {
      if (!isKnownType(type)) throw this.#unknownType(type);
      this.#skipper.begin(type);
      this.end = this.#skipper.skip(buffer, valueStart, buffer.length);
      if (!this.#skipper.isDone) this.end = -1;
    }
    if (this.end >= 0 && this.end <= buffer.length) return 'entry';
    if (buffer.length - valueStart < BIG_VALUE_BYTES) return this.#more(0);
    this.#skipper.begin(type);
    this.#isInValue = true;
    entry.isPartial = true;
    this.end = valueStart;
    return 'entry';
  }

  #piece(): RdbItem | undefined {
    this.end = this.#skipper.skip(this.buffer, this.start, this.buffer.length);
    this.isLastPiece = this.#skipper.isDone;
    if (this.end === this.start && !this.isLastPiece) return this.#more(0);
    this.#isInValue = !this.isLastPiece;
    return 'value';
  }

  /** Everything that is not of a key. */
  #opcode(code: number): RdbItem | undefined {
    switch (code) {
      case OPCODES.aux:
        return this.#aux();
      case OPCODES.selectDb:
        return this.#numbers(1, 'database');
      case OPCODES.resizeDb:
        return this.#numbers(2, 'sizes');
      case OPCODES.slotInfo:
        return this.#numbers(3, 'sizes');
      case OPCODES.function2:
        return this.#function();
      case OPCODES.eof:
        return this.#eof();
      case OPCODES.moduleAux:
        return this.#module();
      default:
        throw unsupported('The RDB holds functions of a release candidate of Redis 7.0, which nothing can restore.');
    }
  }

  #aux(): RdbItem | undefined {
    const nameEnd = stringEnd(this.buffer, this.start + 1, this.buffer.length);
    if (nameEnd < 0 || nameEnd > this.buffer.length) return this.#more(nameEnd - this.start);
    const end = stringEnd(this.buffer, nameEnd, this.buffer.length);
    if (end < 0 || end > this.buffer.length) return this.#more(end - this.start);
    this.auxName = readString(this.buffer, this.start + 1, nameEnd).toString();
    this.auxValue = readString(this.buffer, nameEnd, end).toString();
    this.end = end;
    return 'aux';
  }

  #function(): RdbItem | undefined {
    const end = stringEnd(this.buffer, this.start + 1, this.buffer.length);
    if (end < 0 || end > this.buffer.length) return this.#more(end - this.start);
    this.functionCode = readString(this.buffer, this.start + 1, end);
    this.end = end;
    return 'function';
  }

  #numbers(count: number, item: 'database' | 'sizes'): RdbItem | undefined {
    let at = this.start + 1;
    for (let number = 0; number < count; number++) {
      const size = this.#lengthAt(at);
      if (size < 0) return this.#more(0);
      if (item === 'database') this.database = readLength(this.buffer, at, size);
      at += size;
    }
    this.end = at;
    return item;
  }

  #eof(): RdbItem | undefined {
    const bytes = 1 + (this.version >= 5 ? CHECKSUM_BYTES : 0);
    if (this.buffer.length - this.start < bytes) return this.#more(bytes);
    this.end = this.start + bytes;
    this.#hasEnded = true;
    if (this.version < 5) return 'end';
    this.hasChecksum = this.buffer.readBigUInt64LE(this.start + 1) !== 0n;
    if (this.hasChecksum && this.#isChecked) {
      this.#check(this.start + 1);
      if (!this.#crc.equals(this.buffer, this.start + 1)) throw invalid('its checksum is wrong');
    }
    return 'end';
  }

  #module(): RdbItem | undefined {
    const size = this.#lengthAt(this.start + 1);
    if (size < 0) return this.#more(0);
    // The id of a module may use all 64 bits: readLength would refuse it.
    const id = size === 9 ? this.buffer.readBigUInt64BE(this.start + 2) : 0n;
    let name = '';
    for (let letter = 0n; letter < 9n; letter++) name += MODULE_NAME[Number((id >> (58n - letter * 6n)) & 63n)];
    throw unsupported(`The RDB holds data of the Redis module ${name}, which cannot be backed up or restored.`);
  }

  /** Size of the length at `at`, or -1 where it is not all there. */
  #lengthAt(at: number): number {
    if (at >= this.buffer.length) return -1;
    const size = lengthSize(this.buffer[at] as number);
    if (size === 0) throw invalid('a length is missing');
    return at + size > this.buffer.length ? -1 : size;
  }

  #unknownType(type: number): Error {
    const what = type === 6 || type === 7 ? 'belongs to a Redis module' : `has the unknown type ${type}`;
    return unsupported(`The key ${showKey(this.key())} ${what} and cannot be backed up or restored.`);
  }
}

function milliseconds(buffer: Buffer, at: number): number {
  return buffer.readInt32LE(at + 4) * 2 ** 32 + buffer.readUInt32LE(at);
}

function stray(code: number): never {
  throw invalid(`opcode ${code} stands before a key`);
}
