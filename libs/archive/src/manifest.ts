import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { FORMAT_VERSION, MANIFEST_LIMIT_BYTES } from './format.ts';
import { openFrame, sealFrame, unpackFrame, type CodecKeys } from './frame-codec.ts';
import { FrameError } from './frame-header.ts';
import type { SnapshotManifest, StreamManifest } from './snapshot-types.ts';

export interface ChunkRef {
  readonly id: Uint8Array;
  readonly plainBytes: number;
}

/** A stream with its place: whole chunks `first … first + count - 1` of the table, or a part of chunk `first` from `offset` on. */
export interface PlacedStream extends StreamManifest {
  readonly first: number;
  readonly count: number;
  readonly offset?: number;
}

export interface StoredManifest extends SnapshotManifest {
  readonly repositoryId: string;
  readonly streams: readonly PlacedStream[];
  /** Chunks in the order of streams; a chunk used twice is there twice. */
  readonly chunks: readonly ChunkRef[];
}

const ENTRY_BYTES = 36;

/**
 * The manifest as it is stored: a frame whose plaintext is the length of a JSON text (u32), the text, the number of chunks
 * (u32), and for each chunk its id (32 bytes) and plain size (u32); integers little-endian.
 */
export function sealManifest(keys: CodecKeys, manifest: StoredManifest): Buffer {
  const { chunks, ...rest } = manifest;
  const json = Buffer.from(JSON.stringify({ format: FORMAT_VERSION, ...rest }));
  const plain = Buffer.allocUnsafeSlow(8 + json.length + chunks.length * ENTRY_BYTES);
  plain.writeUInt32LE(json.length, 0);
  plain.set(json, 4);
  let at = plain.writeUInt32LE(chunks.length, 4 + json.length);
  for (const { id, plainBytes } of chunks) {
    plain.set(id, at);
    at = plain.writeUInt32LE(plainBytes, at + 32);
  }
  return sealFrame(keys, 'manifest', bindingOf(manifest.id), plain);
}

/** @throws AppError MANIFEST_CORRUPT */
export function openManifest(keys: CodecKeys, repositoryId: string, snapshotId: string, frame: Buffer): StoredManifest {
  try {
    const plain = unpackFrame(openFrame(keys, 'manifest', bindingOf(snapshotId), frame, MANIFEST_LIMIT_BYTES));
    const manifest = parse(plain);
    if (manifest.id !== snapshotId || manifest.repositoryId !== repositoryId) throw new FrameError('another snapshot');
    return manifest;
  } catch (error) {
    throw manifestCorrupt(snapshotId, error);
  }
}

export function manifestCorrupt(snapshotId: string, cause?: unknown): AppError {
  return new AppError('MANIFEST_CORRUPT', `The manifest or COMMIT of ${snapshotId} is not what was written.`, {
    cause,
  });
}

function parse(plain: Buffer): StoredManifest {
  const jsonBytes = plain.readUInt32LE(0);
  const { format, ...rest } = JSON.parse(plain.toString('utf8', 4, 4 + jsonBytes)) as StoredManifest & {
    format: number;
  };
  const count = plain.readUInt32LE(4 + jsonBytes);
  let at = 8 + jsonBytes;
  if (format !== FORMAT_VERSION || plain.length !== at + count * ENTRY_BYTES) throw new FrameError('layout');
  const chunks = Array.from({ length: count }, () => {
    const ref = { id: plain.subarray(at, at + 32), plainBytes: plain.readUInt32LE(at + 32) };
    at += ENTRY_BYTES;
    return ref;
  });
  const manifest = { ...rest, chunks };
  manifest.streams.forEach((stream) => assertPlaced(stream, chunks));
  return manifest;
}

function assertPlaced({ first, count, offset, plainBytes }: PlacedStream, chunks: readonly ChunkRef[]): void {
  const own = chunks.slice(first, first + count);
  const held = own.reduce((sum, chunk) => sum + chunk.plainBytes, 0);
  const fits = offset === undefined ? held === plainBytes : count === 1 && offset + plainBytes <= held;
  if (own.length !== count || !fits) throw new FrameError('a stream does not fit its chunks');
}

function bindingOf(snapshotId: string): Buffer {
  return createHash('sha256').update(snapshotId).digest();
}
