import { hash } from 'node:crypto';

const LANES = 8;

/**
 * A digest of a set of documents in whatever order they come: the SHA-256 of each, added up lane by lane modulo 2^32. It finds
 * what is missing, doubled or changed; it is no proof against somebody who looks for collisions (the archive's chunks are).
 */
export class DocumentDigest {
  readonly #sums = new Uint32Array(LANES);

  add(document: Buffer): void {
    const one = hash('sha256', document, 'buffer');
    for (let lane = 0; lane < LANES; lane += 1) this.#addTo(lane, one.readUInt32LE(lane * 4));
  }

  /** Takes in the documents of another part. */
  merge(other: DocumentDigest): void {
    for (let lane = 0; lane < LANES; lane += 1) this.#addTo(lane, other.#sums[lane] as number);
  }

  toString(): string {
    return Buffer.from(this.#sums.buffer).toString('hex');
  }

  #addTo(lane: number, value: number): void {
    this.#sums[lane] = ((this.#sums[lane] as number) + value) >>> 0;
  }
}
