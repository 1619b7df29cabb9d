const ID_BYTES = 32;
const PAGE_IDS = 32 * 1024;
const EMPTY = 0xffffffff;

/**
 * The set of chunk ids, compact: the ids in pages, and a table with open addressing that holds their numbers. A million
 * chunks (2 TB of data) take about 40 MB. Ids are compared in full.
 */
export class KnownChunks {
  readonly #pages: Buffer[] = [];
  #table = new Uint32Array(1024).fill(EMPTY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: Uint8Array): boolean {
    return this.#table[this.#slot(id)] !== EMPTY;
  }

  /** Adding an id again does nothing. */
  add(id: Uint8Array): void {
    if (id.length !== ID_BYTES) throw new RangeError('a chunk id has 32 bytes');
    const slot = this.#slot(id);
    if (this.#table[slot] !== EMPTY) return;
    if (this.#size % PAGE_IDS === 0) this.#pages.push(Buffer.allocUnsafeSlow(PAGE_IDS * ID_BYTES));
    this.#pages[this.#pages.length - 1]?.set(id, (this.#size % PAGE_IDS) * ID_BYTES);
    this.#table[slot] = this.#size++;
    if (this.#size * 2 > this.#table.length) this.#rehash();
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
