import type { AppError } from '@lucid/core/app-error';
import { isBehind, joinBuffers } from '../resp/join-buffers.ts';

/** Bytes between a socket and the one who reads them: by line first, then by chunk. */
export class ByteQueue {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #error: AppError | undefined;
  #wake: (() => void) | undefined;

  get length(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#wake?.();
  }

  fail(error: AppError): void {
    this.#error ??= error;
    this.#wake?.();
  }

  /** What is there and needs no copy to be put together, once something is. @throws what `fail` was given, once all before it has been taken */
  async take(): Promise<Buffer> {
    while (this.#bytes === 0) {
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    let all = this.#chunks.shift() as Buffer;
    while (this.#chunks[0] && isBehind(all, this.#chunks[0])) all = joinBuffers(all, this.#chunks.shift() as Buffer);
    this.#bytes -= all.length;
    return all;
  }

  unshift(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.unshift(chunk);
    this.#bytes += chunk.length;
  }

  /** The next line without its end; lines end with LF, and may have a CR before it. @throws RangeError beyond `mostBytes` */
  async line(mostBytes = 65_536): Promise<string> {
    let all = await this.take();
    for (;;) {
      const end = all.indexOf(10);
      if (end >= 0) {
        this.unshift(all.subarray(end + 1));
        return all.toString('latin1', 0, end > 0 && all[end - 1] === 13 ? end - 1 : end);
      }
      if (all.length > mostBytes) throw new RangeError('a line without an end');
      all = Buffer.concat([all, await this.take()]);
    }
  }
}
