import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { FORMAT_VERSION } from './format.ts';
import { openFrame, unpackFrame, type CodecKeys } from './frame-codec.ts';
import { FrameError } from './frame-header.ts';
import type { Slice, SliceHeader, SliceRange, SliceTime } from './slice-types.ts';

/** A reader allocates no more for one slice, whatever a header says. */
export const SLICE_LIMIT_BYTES = 128 * 1024 * 1024;

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const RANGE = /^([0-9a-f]{8})([0-9a-f]{8})-([0-9a-f]{8})([0-9a-f]{8})$/;

/** Object keys of slices and gaps (docs/repository-format.md). */
export const SLICE_KEYS = {
  all: 'slices/',
  stream: (stream: string) => `slices/${stream}/`,
  slice: (stream: string, { from, to }: SliceRange) => `slices/${stream}/${hexTime(from)}-${hexTime(to)}`,
  gaps: (stream: string) => `slices/${stream}/gaps/`,
  gap: (stream: string, id: string) => `slices/${stream}/gaps/${id}`,
} as const;

/** May this be the name of a stream, or the id of a gap? */
export function isSliceName(name: string): boolean {
  return NAME.test(name);
}

/** Negative, zero or positive: the order of two places. */
export function compareSliceTimes(a: SliceTime, b: SliceTime): number {
  return a.t - b.t || a.i - b.i;
}

/** What the slice of this key covers; undefined where the key is none of a slice. */
export function parseSliceKey(stream: string, key: string): SliceRange | undefined {
  const parts = RANGE.exec(key.slice(SLICE_KEYS.stream(stream).length));
  if (!parts) return undefined;
  const [, fromT, fromI, toT, toI] = parts.map((part) => Number.parseInt(part, 16)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { from: { t: fromT, i: fromI }, to: { t: toT, i: toI } };
}

/**
 * What the slice of `key` is stored as, in a frame of the kind `slice` with the binding of its key: the length of a JSON text (u32), the text, and
 * the documents. In memory of its own.
 */
export function packSlice(
  repositoryId: string,
  key: string,
  header: SliceHeader,
  parts: readonly Uint8Array[],
): Buffer {
  const json = Buffer.from(JSON.stringify({ format: FORMAT_VERSION, repositoryId, key, ...header }));
  const size = parts.reduce((sum, { length }) => sum + length, 4 + json.length);
  if (size > SLICE_LIMIT_BYTES) throw new RangeError('a slice is too large');
  const plain = Buffer.allocUnsafeSlow(size);
  let at = plain.writeUInt32LE(json.length, 0);
  for (const part of [json, ...parts]) {
    plain.set(part, at);
    at += part.length;
  }
  return plain;
}

/** @throws AppError CHUNK_CORRUPT */
export function openSlice(keys: CodecKeys, repositoryId: string, key: string, frame: Buffer): Slice {
  try {
    const plain = unpackFrame(openFrame(keys, 'slice', bindingOf(key), frame, SLICE_LIMIT_BYTES));
    const start = 4 + plain.readUInt32LE(0);
    const text = JSON.parse(plain.toString('utf8', 4, start)) as SliceHeader & {
      format: number;
      repositoryId: string;
      key: string;
    };
    const { format, repositoryId: of, key: under, ...header } = text;
    if (format !== FORMAT_VERSION || of !== repositoryId || under !== key) throw new FrameError('another slice');
    return { header, bytes: plain.subarray(start), hash: hashOf(frame), storedBytes: frame.length };
  } catch (error) {
    throw new AppError('CHUNK_CORRUPT', `The oplog slice ${key} is not what was stored.`, { cause: error });
  }
}

/** SHA-256 of a stored slice, in hex: how its successor names it. */
export function hashOf(frame: Buffer): string {
  return createHash('sha256').update(frame).digest('hex');
}

/** What ties a slice to its key. */
export function bindingOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function hexTime({ t, i }: SliceTime): string {
  const parts = [t, i].map((part) => {
    if (!Number.isInteger(part) || part < 0 || part > 0xffff_ffff) throw new RangeError('not a place in a log');
    return part.toString(16).padStart(8, '0');
  });
  return parts.join('');
}
