import { CHUNK_LIMIT_BYTES } from './format.ts';
import {
  chunkId,
  giveUp,
  giveUpPayload,
  openFrame,
  sealFrame,
  unpackFrame,
  type CodecKeys,
  type OpenedFrame,
} from './frame-codec.ts';
import { FrameError, type FrameKind } from './frame-header.ts';

// Runs in worker threads: nothing but Node and relative imports here.

/** A piece of memory that changes hands, shared or to be transferred: the first `length` bytes of the buffer count. */
export interface Piece {
  buffer: ArrayBufferLike;
  length: number;
}

/**
 * `hash`: id of a plaintext · `seal`: the frame of a plaintext whose id is known · `check`: do the frame's tag and size hold ·
 * `open`: the plaintext of a frame, whose id is compared. The first two give the plaintext's memory back for reuse, the others
 * the frame's; `memory` is for the result. What is sealed is a chunk unless `kind` says otherwise, and `id` is what ties it to its place.
 */
export type ChunkTask =
  | { op: 'hash'; plain: Piece }
  | { op: 'seal'; plain: Piece; id: Uint8Array; memory?: ArrayBufferLike; kind?: FrameKind }
  | { op: 'check'; frame: Piece; id: Uint8Array; plainBytes: number }
  | { op: 'open'; frame: Piece; id: Uint8Array; plainBytes: number; memory?: ArrayBufferLike };

export interface ChunkAnswer {
  id?: Uint8Array;
  plain?: Piece;
  frame?: Piece;
}

/** @throws FrameError */
export function runChunkTask(keys: CodecKeys, task: ChunkTask): { answer: ChunkAnswer; transfer: ArrayBuffer[] } {
  switch (task.op) {
    case 'hash':
      return give({ id: new Uint8Array(chunkId(keys, bytesOf(task.plain))), plain: task.plain });
    case 'seal':
      return give({ frame: seal(keys, task), plain: task.plain });
    case 'check':
      giveUpPayload(open(keys, task));
      return give({ frame: task.frame });
    case 'open': {
      const plain = unpackFrame(open(keys, task));
      if (!chunkId(keys, plain).equals(task.id)) throw new FrameError('content');
      return give({ plain: placed(plain, task), frame: task.frame });
    }
  }
}

function seal(keys: CodecKeys, { id, plain, memory, kind = 'chunk' }: Extract<ChunkTask, { op: 'seal' }>): Piece {
  const frame = sealFrame(keys, kind, id, bytesOf(plain), memory);
  return { buffer: frame.buffer, length: frame.length };
}

function open(keys: CodecKeys, { frame, id, plainBytes }: Extract<ChunkTask, { frame: Piece }>): OpenedFrame {
  const opened = openFrame(keys, 'chunk', id, bytesOf(frame), CHUNK_LIMIT_BYTES);
  if (opened.header.plainBytes !== plainBytes) throw new FrameError('another size than the manifest says');
  return opened;
}

/** The plaintext in the memory that was given for it, or in its own. */
function placed(plain: Buffer, { frame, memory }: Extract<ChunkTask, { op: 'open' }>): Piece {
  if (!memory || memory.byteLength < plain.length) return pieceOf(plain);
  const { length } = plain;
  plain.copy(Buffer.from(memory, 0, length));
  if (plain.buffer !== frame.buffer) giveUp(plain);
  return { buffer: memory, length };
}

function give(answer: ChunkAnswer): { answer: ChunkAnswer; transfer: ArrayBuffer[] } {
  return { answer, transfer: transferable([answer.plain?.buffer, answer.frame?.buffer]) };
}

/** The memory that goes along with a task and is not shared. */
export function memoryOf(task: ChunkTask): ArrayBuffer[] {
  if (task.op === 'seal') return transferable([task.plain.buffer, task.memory]);
  if (task.op === 'open') return transferable([task.frame.buffer, task.memory]);
  return transferable([task.op === 'hash' ? task.plain.buffer : task.frame.buffer]);
}

function transferable(buffers: readonly (ArrayBufferLike | undefined)[]): ArrayBuffer[] {
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}

export function bytesOf({ buffer, length }: Piece): Buffer {
  return Buffer.from(buffer, 0, length);
}

/** The bytes as memory of their own, unless it is shared: transferring a part of Node's pool would take the rest along. */
export function pieceOf(bytes: Buffer): Piece {
  if (bytes.byteOffset === 0 && bytes.buffer instanceof SharedArrayBuffer)
    return { buffer: bytes.buffer, length: bytes.length };
  const isWhole =
    bytes.byteOffset === 0 && bytes.length >= bytes.buffer.byteLength >> 1 && bytes.buffer instanceof ArrayBuffer;
  const own = isWhole ? bytes : new Uint8Array(bytes);
  return { buffer: own.buffer as ArrayBuffer, length: own.length };
}
