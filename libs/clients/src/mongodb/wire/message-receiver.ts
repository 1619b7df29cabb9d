import { AppError } from '@lucid/core/app-error';

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** `maxMessageSizeBytes` of every server since 3.6, and some room for the envelope. */
const MOST_BYTES = 48_000_000 + 65_536;
const POOLED_FROM_BYTES = 262_144;
const MOST_POOLED = 3;

/** One message as it came; `release` gives its memory back and may be called twice. */
export interface ReceivedMessage {
  readonly responseTo: number;
  /** Everything after the header. */
  readonly payload: Buffer;
  release(): void;
}

/**
 * Puts messages together without copying: the socket is asked to write first into a header, then into one buffer of the
 * message's size. Large buffers come from a pool of three.
 */
export class MessageReceiver {
  private readonly header = Buffer.alloc(HEADER_BYTES);
  private readonly pool: Buffer[] = [];
  private body: Buffer | undefined;
  private size = 0;
  private filled = 0;
  private readonly onMessage: (message: ReceivedMessage) => void;

  constructor(onMessage: (message: ReceivedMessage) => void) {
    this.onMessage = onMessage;
  }

  /** Where the next bytes belong. */
  room(): Buffer {
    return this.body ? this.body.subarray(this.filled, this.size) : this.header.subarray(this.filled);
  }

  /** `bytes` bytes were written into `room()`. @throws AppError MONGODB_UNAVAILABLE where this is no MongoDB message */
  advance(bytes: number): void {
    this.filled += bytes;
    if (!this.body && this.filled === HEADER_BYTES) this.beginBody();
    else if (this.body && this.filled === this.size) this.finish(this.body);
  }

  /** For a socket that brings its own buffers (TLS). */
  accept(chunk: Buffer): void {
    for (let offset = 0; offset < chunk.length;) {
      const copied = chunk.copy(this.room(), 0, offset);
      offset += copied;
      this.advance(copied);
    }
  }

  private beginBody(): void {
    const length = this.header.readInt32LE(0);
    if (length < HEADER_BYTES + 10 || length > MOST_BYTES || this.header.readInt32LE(12) !== OP_MSG) {
      throw new AppError('MONGODB_UNAVAILABLE', 'What answers is not MongoDB, or the connection is damaged.');
    }
    this.size = length - HEADER_BYTES;
    this.filled = 0;
    this.body = this.take(this.size);
  }

  private finish(body: Buffer): void {
    const payload = body.subarray(0, this.size);
    this.body = undefined;
    this.filled = 0;
    let isFree = false;
    const release = (): void => {
      if (isFree) return;
      isFree = true;
      if (body.length >= POOLED_FROM_BYTES && this.pool.length < MOST_POOLED) this.pool.push(body);
    };
    this.onMessage({ responseTo: this.header.readInt32LE(8), payload, release });
  }

  private take(size: number): Buffer {
    if (size < POOLED_FROM_BYTES) return Buffer.allocUnsafe(size);
    const at = this.pool.findIndex((buffer) => buffer.length >= size);
    if (at >= 0) return this.pool.splice(at, 1)[0] as Buffer;
    this.pool.shift();
    return Buffer.allocUnsafeSlow(Math.ceil(size / 1_048_576) * 1_048_576);
  }
}
