import { hash } from 'node:crypto';

const LANES = 8;

/**
 * A digest of a set of documents that does not depend on their order: SHA-256 of each document's bytes, added up in eight lanes
 * of 32 bits (each modulo 2^32). Against accidents, not against an attacker: the chunks themselves are authenticated.
 */
export class DocumentSetDigest {
  documents = 0;
  private readonly lanes = new Uint32Array(LANES);

  add(document: Buffer): void {
    const digest = hash('sha256', document, 'buffer');
    for (let lane = 0; lane < LANES; lane += 1) {
      this.lanes[lane] = (this.lanes[lane] ?? 0) + digest.readUInt32LE(lane * 4);
    }
    this.documents += 1;
  }

  /** 64 hexadecimal digits. */
  toHex(): string {
    return Buffer.from(this.lanes.buffer).toString('hex');
  }
}
