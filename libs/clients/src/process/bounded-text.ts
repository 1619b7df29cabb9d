/** Keeps the last `limit` bytes of a stream, so that a chatty child cannot fill the memory. */
export class BoundedText {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size > 2 * this.#limit) this.#trim();
  }

  toString(): string {
    this.#trim();
    return Buffer.concat(this.#parts).toString('utf8');
  }

  #trim(): void {
    if (this.#size <= this.#limit) return;
    this.#parts = [Buffer.concat(this.#parts).subarray(-this.#limit)];
    this.#size = this.#limit;
  }
}
