/**
 * The header of a frame (a chunk or a manifest as it is stored), 28 bytes, integers little-endian:
 * 0 magic (4) · 4 version (1) · 5 codec (1) · 6 cipher (1) · 7 zero (1) · 8 data-key id (4) · 12 nonce (12) · 24 plain size (4).
 */
export const HEADER_BYTES = 28;
export const TAG_BYTES = 16;
export const NONCE_BYTES = 12;

export const MAGIC = {
  chunk: 0x4b43534c /* LSCK */,
  manifest: 0x464d534c /* LSMF */,
  slice: 0x4c53534c /* LSSL */,
} as const;
export type FrameKind = keyof typeof MAGIC;

export const CODEC = { none: 0, zstd: 1 } as const;
export const CIPHER = { none: 0, aes256gcm: 1 } as const;

export interface FrameHeader {
  readonly codec: number;
  readonly cipher: number;
  readonly dataKeyId: number;
  readonly nonce: Uint8Array;
  readonly plainBytes: number;
}

/** A frame that is not as it was written; `message` is for the log. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export function writeHeader(target: Buffer, kind: FrameKind, header: FrameHeader): void {
  target.writeUInt32LE(MAGIC[kind], 0);
  target.writeUInt32LE(1 | (header.codec << 8) | (header.cipher << 16), 4);
  target.writeUInt32LE(header.dataKeyId, 8);
  target.set(header.nonce, 12);
  target.writeUInt32LE(header.plainBytes, 24);
}

/** Reads the header of hostile bytes. @throws FrameError */
export function readHeader(frame: Buffer, kind: FrameKind, limitBytes: number): FrameHeader {
  if (frame.length < HEADER_BYTES + TAG_BYTES) throw new FrameError('truncated');
  if (frame.readUInt32LE(0) !== MAGIC[kind]) throw new FrameError('magic');
  const [version, codec, cipher, zero] = frame.subarray(4, 8) as unknown as [number, number, number, number];
  if (version !== 1 || zero !== 0) throw new FrameError('version');
  if (codec > CODEC.zstd || cipher > CIPHER.aes256gcm) throw new FrameError('codec or cipher');
  const plainBytes = frame.readUInt32LE(24);
  const payloadBytes = frame.length - HEADER_BYTES - TAG_BYTES;
  if (plainBytes > limitBytes || (codec === CODEC.none && payloadBytes !== plainBytes)) throw new FrameError('size');
  return { codec, cipher, dataKeyId: frame.readUInt32LE(8), nonce: frame.subarray(12, 24), plainBytes };
}

/** The data key that a frame names, before anything of it is believed; it has a whole header. */
export function dataKeyOf(frame: Buffer): number {
  return frame.readUInt32LE(8);
}
