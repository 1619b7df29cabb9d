import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { FORMAT_VERSION, MANIFEST_LIMIT_BYTES } from './format.ts';
import { openFrame, sealFrame, unpackFrame, type CodecKeys } from './frame-codec.ts';
import { FrameError } from './frame-header.ts';
import type { SnapshotManifest, StreamManifest } from './snapshot-types.ts';

export interface ChunkRef {
  readonly id: Uint8Array;
  readonly plainBytes: number;
  /** Which copy of the chunk was there when the snapshot was made (0): a hint, which saves a listing. */
  readonly copy?: number;
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
  /** The attempt that wrote it: two manifests are never the same object. */
  readonly attempt?: string;
  /** Chunks in the order of streams; a chunk used twice is there twice. */
  readonly chunks: readonly ChunkRef[];
}

const ENTRY_BYTES = 36;
const COPY_BYTES = 4;

/**
 * The manifest as it is stored: a frame whose plaintext is the length of a JSON text (u32), the text, the number of chunks
 * (u32), for each chunk its id (32 bytes) and plain size (u32), and then, unless all are 0, for each its copy (u32);
 * integers little-endian.
 */
export function sealManifest(keys: CodecKeys, manifest: StoredManifest): Buffer {
  const { chunks, ...rest } = manifest;
  const json = Buffer.from(JSON.stringify({ format: FORMAT_VERSION, ...rest }));
  const hasCopies = chunks.some(({ copy }) => copy);
  const entryBytes = hasCopies ? ENTRY_BYTES + COPY_BYTES : ENTRY_BYTES;
  const plain = Buffer.allocUnsafeSlow(8 + json.length + chunks.length * entryBytes);
  plain.writeUInt32LE(json.length, 0);
  plain.set(json, 4);
  let at = plain.writeUInt32LE(chunks.length, 4 + json.length);
  for (const { id, plainBytes } of chunks) {
    plain.set(id, at);
    at = plain.writeUInt32LE(plainBytes, at + 32);
  }
  if (hasCopies) for (const { copy } of chunks) at = plain.writeUInt32LE(copy ?? 0, at);
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
  const start = 8 + jsonBytes;
  const copies = start + count * ENTRY_BYTES;
  const hasCopies = plain.length === copies + count * COPY_BYTES;
  if (format !== FORMAT_VERSION || !(hasCopies || plain.length === copies)) throw new FrameError('layout');
  const chunks = Array.from({ length: count }, (_, i) => {
    const at = start + i * ENTRY_BYTES;
    const copy = hasCopies ? plain.readUInt32LE(copies + i * COPY_BYTES) : 0;
    return { id: plain.subarray(at, at + 32), plainBytes: plain.readUInt32LE(at + 32), copy };
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
