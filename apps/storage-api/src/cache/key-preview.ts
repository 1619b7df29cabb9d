import type { CacheClient } from '@lucid/clients/redis/cache-client';
import { encodingOf, type Encoding } from './cache-names.ts';

const PREVIEW_BYTES = 64 * 1024;
const PREVIEW_ITEMS = 100;

export interface KeyPreview {
  /** `base64` where any part of the value is no text: then every text of it is base64. */
  readonly encoding: Encoding;
  readonly value: unknown;
  /** Is that all of it? */
  readonly isComplete: boolean;
}

interface Parts {
  readonly parts: readonly Buffer[];
  readonly show: (text: (part: Buffer) => string) => unknown;
}

/** How many there are in it: bytes of a string, items of anything else. */
export async function lengthOf(client: CacheClient, key: Buffer, type: string): Promise<number | null> {
  const command = { string: 'STRLEN', hash: 'HLEN', list: 'LLEN', set: 'SCARD', zset: 'ZCARD', stream: 'XLEN' }[type];
  return command === undefined ? null : Number(await call(client, command, key));
}

/**
 * The beginning of a value: 64 KiB of a string, a hundred items of anything else, fewer where they are large. `null` for a type that is not
 * Redis's own, or whose items are each larger than what is shown. @throws what Redis threw
 */
export async function previewOf(
  client: CacheClient,
  key: Buffer,
  { type, length, memoryBytes }: { type: string; length: number; memoryBytes: number },
): Promise<KeyPreview | null> {
  if (type === 'string') return previewOfString(client, key, length);
  const items = Math.min(PREVIEW_ITEMS, Math.floor((PREVIEW_BYTES * 4) / (memoryBytes / Math.max(1, length))));
  if (items < 1) return null;
  const read = await readItems(client, key, type, items);
  if (!read) return null;
  const encoding = encodingOf(...read.parts);
  return { encoding, value: read.show((part) => part.toString(encoding)), isComplete: length <= items };
}

async function previewOfString(client: CacheClient, key: Buffer, length: number): Promise<KeyPreview> {
  const value = (await call(client, 'GETRANGE', key, '0', String(PREVIEW_BYTES - 1))) as Buffer;
  const isComplete = length <= PREVIEW_BYTES;
  // A character that was cut in two is no sign of binary data.
  const text = isComplete ? value : value.subarray(0, wholeCharacters(value));
  const encoding = encodingOf(text);
  return { encoding, value: (encoding === 'utf8' ? text : value).toString(encoding), isComplete };
}

function wholeCharacters(value: Buffer): number {
  for (let back = 1; back <= Math.min(4, value.length); back += 1) {
    const byte = value[value.length - back] as number;
    if ((byte & 0xc0) !== 0x80) return byte >= 0xc0 ? value.length - back : value.length;
  }
  return value.length;
}

async function readItems(client: CacheClient, key: Buffer, type: string, items: number): Promise<Parts | undefined> {
  const last = String(items - 1);
  switch (type) {
    case 'list': {
      const parts = (await call(client, 'LRANGE', key, '0', last)) as Buffer[];
      return { parts, show: (text) => parts.map(text) };
    }
    case 'set': {
      const [, found] = (await call(client, 'SSCAN', key, '0', 'COUNT', String(items))) as [Buffer, Buffer[]];
      const parts = found.slice(0, items);
      return { parts, show: (text) => parts.map(text) };
    }
    case 'hash': {
      const [, found] = (await call(client, 'HSCAN', key, '0', 'COUNT', String(items))) as [Buffer, Buffer[]];
      const parts = found.slice(0, 2 * items);
      return {
        parts,
        show: (text) => Object.fromEntries(pairsOf(parts).map(([field, value]) => [text(field), text(value)])),
      };
    }
    case 'zset': {
      const parts = (await call(client, 'ZRANGE', key, '0', last, 'WITHSCORES')) as Buffer[];
      return {
        parts,
        show: (text) => pairsOf(parts).map(([member, score]) => ({ member: text(member), score: scoreOf(score) })),
      };
    }
    case 'stream': {
      const entries = (await call(client, 'XRANGE', key, '-', '+', 'COUNT', String(items))) as [Buffer, Buffer[]][];
      const fields = (parts: Buffer[], text: (part: Buffer) => string): unknown =>
        Object.fromEntries(pairsOf(parts).map(([field, value]) => [text(field), text(value)]));
      return {
        parts: entries.flatMap(([, parts]) => parts),
        show: (text) => entries.map(([id, parts]) => ({ id: id.toString(), fields: fields(parts, text) })),
      };
    }
    default:
      return undefined;
  }
}

function pairsOf(flat: readonly Buffer[]): [Buffer, Buffer][] {
  return flat.flatMap((one, at) => (at % 2 === 0 ? [[one, flat[at + 1] ?? Buffer.alloc(0)] as [Buffer, Buffer]] : []));
}

/** JSON has no infinite numbers. */
function scoreOf(score: Buffer): number | string {
  const value = Number(score.toString());
  return Number.isFinite(value) ? value : score.toString();
}

function call(client: CacheClient, command: string, ...words: (string | Buffer)[]): Promise<unknown> {
  return client.callBuffer(command, ...words);
}
