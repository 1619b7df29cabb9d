import { invalid } from './rdb-format.ts';
import { lengthSize, readLength } from './rdb-length.ts';
import { stringEnd } from './rdb-string.ts';

/** One step of a value's layout: a primitive, or a count and as many times the steps of its body. */
type Step = 'string' | 'length' | 'container' | 'double' | 'bytes8' | 'bytes16' | readonly Step[];

const STREAM_HEAD: Step[] = [['string', 'string'], 'length', 'length', 'length'];
const PENDING: Step = ['bytes16', 'bytes8', 'length'];

function stream(head: Step[], group: Step[], consumer: Step[]): Step[] {
  return [...STREAM_HEAD, ...head, ['string', 'length', 'length', ...group, PENDING, [...consumer, ['bytes16']]]];
}

const FIRST_ID_AND_COUNTS: Step[] = ['length', 'length', 'length', 'length', 'length'];

/** Layouts of the value types (rdbLoadObject of rdb.c). Types 6 and 7 belong to modules and are not here. */
const LAYOUTS: ReadonlyMap<number, readonly Step[]> = new Map<number, readonly Step[]>([
  [0, ['string']],
  [1, [['string']]], // list
  [2, [['string']]], // set
  [3, [['string', 'double']]], // sorted set
  [4, [['string', 'string']]], // hash
  [5, [['string', 'bytes8']]], // sorted set, binary scores
  [9, ['string']], // hash, zipmap
  [10, ['string']], // list, ziplist
  [11, ['string']], // set of integers
  [12, ['string']], // sorted set, ziplist
  [13, ['string']], // hash, ziplist
  [14, [['string']]], // quicklist of ziplists
  [15, stream([], [], ['string', 'bytes8'])],
  [16, ['string']], // hash, listpack
  [17, ['string']], // sorted set, listpack
  [18, [['container', 'string']]], // quicklist of listpacks and plain nodes
  [19, stream(FIRST_ID_AND_COUNTS, ['length'], ['string', 'bytes8'])],
  [20, ['string']], // set, listpack
  [21, stream(FIRST_ID_AND_COUNTS, ['length'], ['string', 'bytes8', 'bytes8'])],
  [22, [['length', 'string', 'string']]], // hash whose fields expire, release candidates of 7.4
  [23, ['string']],
  [24, ['bytes8', ['length', 'string', 'string']]], // hash whose fields expire
  [25, ['bytes8', 'string']],
]);

export function isKnownType(type: number): boolean {
  return LAYOUTS.has(type);
}

interface Frame {
  readonly steps: readonly Step[];
  at: number;
  /** Rounds that are left, this one included. */
  rounds: number;
}

/** The longest primitive that is not skipped but read: a compressed string's head. */
export const MOST_HEAD_BYTES = 19;

/**
 * Finds where a value ends without decoding it. It can be fed piece by piece, so a value of any size needs no memory; what it has
 * not consumed (at most MOST_HEAD_BYTES) comes again at the beginning of the next piece.
 */
export class ValueSkipper {
  #frames: Frame[] = [];
  /** Bytes of a string that are still to come. */
  #owed = 0;

  get isDone(): boolean {
    return this.#owed === 0 && this.#frames.length === 0;
  }

  /** @throws AppError RDB_INVALID for a type that `isKnownType` does not know */
  begin(type: number): void {
    const steps = LAYOUTS.get(type);
    if (!steps) throw invalid(`there is no type ${type}`);
    this.#owed = 0;
    this.#frames = [{ steps, at: 0, rounds: 1 }];
  }

  /** Goes on at `from`; says up to where the bytes belong to the value and are understood. */
  skip(bytes: Buffer, from: number, end: number): number {
    let at = this.#pay(from, end);
    let frame = this.#frames.at(-1);
    while (frame && this.#owed === 0) {
      if (frame.at === frame.steps.length) {
        frame.at = 0;
        frame.rounds -= 1;
      }
      if (frame.rounds === 0) {
        this.#frames.pop();
        frame = this.#frames.at(-1);
        continue;
      }
      const step = frame.steps[frame.at] as Step;
      const next = typeof step === 'string' ? primitiveEnd(step, bytes, at, end) : this.#enter(step, bytes, at, end);
      if (next < 0) return at;
      frame.at += 1;
      at = this.#pay(next > end ? this.#owe(next - end, end) : next, end);
      frame = this.#frames.at(-1);
    }
    return at;
  }

  #owe(bytes: number, end: number): number {
    this.#owed = bytes;
    return end;
  }

  #pay(at: number, end: number): number {
    const paid = Math.min(this.#owed, end - at);
    this.#owed -= paid;
    return at + paid;
  }

  /** Reads the count of a loop. */
  #enter(steps: readonly Step[], bytes: Buffer, at: number, end: number): number {
    const next = lengthEnd(bytes, at, end);
    if (next >= 0) this.#frames.push({ steps, at: 0, rounds: readLength(bytes, at, next - at) });
    return next;
  }
}

function primitiveEnd(step: Exclude<Step, readonly Step[]>, bytes: Buffer, at: number, end: number): number {
  switch (step) {
    case 'string':
      return stringEnd(bytes, at, end);
    case 'length':
      return lengthEnd(bytes, at, end);
    case 'container':
      return containerEnd(bytes, at, end);
    case 'double':
      return doubleEnd(bytes, at, end);
    case 'bytes8':
      return at + 8;
    case 'bytes16':
      return at + 16;
  }
}

function lengthEnd(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const size = lengthSize(bytes[at] as number);
  if (size === 0) throw invalid('a length is missing');
  return at + size > end ? -1 : at + size;
}

/** A node of a quicklist is plain (1) or packed (2). */
function containerEnd(bytes: Buffer, at: number, end: number): number {
  const next = lengthEnd(bytes, at, end);
  if (next < 0) return next;
  const container = readLength(bytes, at, next - at);
  if (container !== 1 && container !== 2) throw invalid(`a list has a node of kind ${container}`);
  return next;
}

/** A score as text, or one byte for NaN and the infinities. */
function doubleEnd(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const length = bytes[at] as number;
  return length >= 253 ? at + 1 : at + 1 + length;
}
