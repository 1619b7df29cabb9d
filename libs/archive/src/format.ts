/** Names and limits of the repository format, version 1 (docs/repository-format.md). */
export const FORMAT_VERSION = 1;

export interface ChunkerParams {
  /** No chunk is smaller, but the last of a stream. */
  readonly minBytes: number;
  readonly averageBytes: number;
  /** No chunk is larger, but one that is a single BSON document. */
  readonly maxBytes: number;
  /** Streams below this share chunks; at most `minBytes`. */
  readonly packBytes: number;
}

const KIB = 1024;

export const DEFAULT_CHUNKER: ChunkerParams = {
  minBytes: 512 * KIB,
  averageBytes: 2048 * KIB,
  maxBytes: 8192 * KIB,
  packBytes: 512 * KIB,
};

/** A reader allocates no more for one chunk, or one manifest, whatever a header says. */
export const CHUNK_LIMIT_BYTES = 32 * KIB * KIB;
export const MANIFEST_LIMIT_BYTES = 1024 * KIB * KIB;

const SNAPSHOT_ID = /^[A-Za-z0-9_-]{1,80}$/;

export function isSnapshotId(id: string): boolean {
  return SNAPSHOT_ID.test(id);
}

function numbered(folder: string, version: number): string {
  return `${folder}/${padded(version)}`;
}

function padded(number: number): string {
  return String(number).padStart(8, '0');
}

const CHUNK_KEY = /^chunks\/[0-9a-f]{2}\/([0-9a-f]{64})(?:-([0-9]{8}))?$/;

/** What the key of a chunk object says; undefined where it is none. */
export function parseChunkKey(key: string): { id: Buffer; copy: number } | undefined {
  const found = CHUNK_KEY.exec(key);
  return found ? { id: Buffer.from(found[1] as string, 'hex'), copy: Number(found[2] ?? 0) } : undefined;
}

/** Object keys of a repository. */
export const KEYS = {
  config: 'config',
  keySets: 'keys/',
  keySet: (version: number) => numbered('keys', version),
  owners: 'owner/',
  owner: (epoch: number) => numbered('owner', epoch),
  chunks: 'chunks/',
  /** @param copy the generation of garbage collection in which it was stored; 0 is not written out */
  chunk: (id: string, copy = 0) => `chunks/${id.slice(0, 2)}/${id}${copy === 0 ? '' : `-${padded(copy)}`}`,
  /** Every copy of the chunk. */
  copies: (id: string) => `chunks/${id.slice(0, 2)}/${id}`,
  condemned: 'condemned/',
  generation: (generation: number) => numbered('condemned', generation),
  generationDone: (generation: number) => `${numbered('condemned', generation)}.done`,
  intents: 'intents/',
  intentsOf: (id: string) => `intents/${id}.`,
  intent: (id: string, attempt: string) => `intents/${id}.${attempt}`,
  intentEnd: (id: string, attempt: string) => `intents/${id}.${attempt}.end`,
  /** Where damaged objects below a key or prefix are kept. */
  setAside: (key: string) => `quarantine/${key}`,
  snapshots: 'snapshots/',
  snapshot: (id: string) => `snapshots/${id}/`,
  manifest: (id: string, hash: string) => `snapshots/${id}/manifest-${hash}`,
  commit: (id: string) => `snapshots/${id}/COMMIT`,
} as const;
