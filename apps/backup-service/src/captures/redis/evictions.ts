import type { SnapshotWriter, StreamWriter } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';

const FLUSH_BYTES = 256 * 1024;
/** A LEB128 number of 53 bits has at most eight bytes. */
const MOST_NUMBER_BYTES = 8;

/** Writes what `manifest.ts` describes; its stream is opened with the first key that has an eviction field. */
export class EvictionWriter {
  readonly #name: string;
  readonly #sink: Pick<SnapshotWriter, 'openStream'>;
  readonly #buffer = Buffer.allocUnsafe(FLUSH_BYTES + MOST_NUMBER_BYTES);
  #filled = 0;
  /** Keys without a field that were not written yet. */
  #without = 0;
  #stream: StreamWriter | undefined;

  constructor(name: string, sink: Pick<SnapshotWriter, 'openStream'>) {
    this.#name = name;
    this.#sink = sink;
  }

  /** Called for each key, in order; -1 where there is none. A promise must be awaited before the next call. */
  add(idle: number, freq: number): Promise<void> | undefined {
    if (idle < 0 && freq < 0) {
      this.#without += 1;
      return undefined;
    }
    if (this.#without > 0) return this.#addAfterGap(idle, freq);
    this.#put(idle >= 0 ? 1 + 2 * idle : 2 + 2 * freq);
    return this.#filled >= FLUSH_BYTES ? this.#flush() : undefined;
  }

  /** @returns the name of the stream, or null where none was needed */
  async end(): Promise<string | null> {
    if (this.#filled > 0) await this.#flush();
    if (!this.#stream) return null;
    await this.#stream.end({});
    return this.#name;
  }

  async #addAfterGap(idle: number, freq: number): Promise<void> {
    for (; this.#without > 0; this.#without -= 1) {
      this.#put(0);
      if (this.#filled >= FLUSH_BYTES) await this.#flush();
    }
    await this.add(idle, freq);
  }

  #put(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#buffer[this.#filled++] = (rest % 128) | 128;
    this.#buffer[this.#filled++] = rest;
  }

  async #flush(): Promise<void> {
    this.#stream ??= this.#sink.openStream(this.#name, { kind: 'bytes' });
    await this.#stream.write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** Reads them again, key by key. */
export class EvictionReader {
  idle = -1;
  freq = -1;
  readonly #chunks: AsyncIterator<Buffer> | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #isOver: boolean;

  constructor(chunks: AsyncIterable<Buffer> | undefined) {
    this.#chunks = chunks?.[Symbol.asyncIterator]();
    this.#isOver = this.#chunks === undefined;
  }

  /** Must `fill` be awaited before the next key? */
  get isHungry(): boolean {
    return !this.#isOver && this.#buffer.length - this.#at < MOST_NUMBER_BYTES;
  }

  async fill(): Promise<void> {
    while (this.isHungry) {
      const next = await this.#chunks?.next();
      if (!next || next.done) this.#isOver = true;
      else {
        this.#buffer = Buffer.concat([this.#buffer.subarray(this.#at), next.value]);
        this.#at = 0;
      }
    }
  }

  /** Sets `idle` and `freq` to those of the next key. @throws AppError MANIFEST_CORRUPT */
  advance(): void {
    this.idle = this.freq = -1;
    if (this.#at >= this.#buffer.length) return;
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined || scale > 2 ** 49) {
        throw new AppError('MANIFEST_CORRUPT', 'the stream of idle times is damaged');
      }
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    if (value % 2 === 1) this.idle = (value - 1) / 2;
    else if (value > 0) this.freq = Math.min(255, (value - 2) / 2);
  }

  /** Leaves the stream early. */
  async close(): Promise<void> {
    await this.#chunks?.return?.();
  }
}
