const ID_BYTES = 32;
const PAGE_IDS = 32 * 1024;
const EMPTY = 0xffffffff;

/**
 * A map from chunk ids to a number (mostly that of a chunk's copy), compact: the ids and their values in pages, and a table with
 * open addressing that holds their places. A million chunks (2 TB of data) take about 45 MB. Ids are compared in full.
 */
export class KnownChunks {
  readonly #pages: Buffer[] = [];
  readonly #values: Uint32Array[] = [];
  #table = new Uint32Array(1024).fill(EMPTY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: Uint8Array): boolean {
    return this.#table[this.#slot(id)] !== EMPTY;
  }

  /** The value of an id, undefined where it is not known. */
  get(id: Uint8Array): number | undefined {
    const number = this.#table[this.#slot(id)] as number;
    return number === EMPTY ? undefined : this.#values[Math.floor(number / PAGE_IDS)]?.[number % PAGE_IDS];
  }

  /** Adding an id again does nothing; see `set`. */
  add(id: Uint8Array, value = 0): void {
    if (!this.has(id)) this.set(id, value);
  }

  /** Adds an id, or replaces its value (u32). */
  set(id: Uint8Array, value: number): void {
    if (id.length !== ID_BYTES) throw new RangeError('a chunk id has 32 bytes');
    const slot = this.#slot(id);
    if (this.#table[slot] === EMPTY) {
      if (this.#size % PAGE_IDS === 0) {
        this.#pages.push(Buffer.allocUnsafeSlow(PAGE_IDS * ID_BYTES));
        this.#values.push(new Uint32Array(PAGE_IDS));
      }
      this.#idAt(this.#size).set(id);
      this.#table[slot] = this.#size++;
    }
    const number = this.#table[slot] as number;
    (this.#values[Math.floor(number / PAGE_IDS)] as Uint32Array)[number % PAGE_IDS] = value;
    if (this.#size * 2 > this.#table.length) this.#rehash();
  }

  /** Every id and its value, in the order of adding; the ids are views that must not be changed. */
  *[Symbol.iterator](): Iterator<[id: Buffer, value: number]> {
    for (let number = 0; number < this.#size; number++) {
      const value = (this.#values[Math.floor(number / PAGE_IDS)] as Uint32Array)[number % PAGE_IDS] as number;
      yield [this.#idAt(number), value];
    }
  }

  #idAt(number: number): Buffer {
    const at = (number % PAGE_IDS) * ID_BYTES;
    return (this.#pages[Math.floor(number / PAGE_IDS)] as Buffer).subarray(at, at + ID_BYTES);
  }

  /** The id's slot, or the free one where it belongs. Ids are random, so four of their bytes are a hash. */
  #slot(id: Uint8Array): number {
    const mask = this.#table.length - 1;
    let slot =
      (((id[0] as number) | ((id[1] as number) << 8) | ((id[2] as number) << 16) | ((id[3] as number) << 24)) >>> 0) &
      mask;
    for (;;) {
      const number = this.#table[slot] as number;
      if (number === EMPTY || this.#idAt(number).equals(id)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#table = new Uint32Array(this.#table.length * 2).fill(EMPTY);
    for (let number = 0; number < this.#size; number++) this.#table[this.#slot(this.#idAt(number))] = number;
  }
}
