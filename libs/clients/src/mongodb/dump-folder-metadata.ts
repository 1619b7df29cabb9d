import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, fromSystemError } from '@lucid/core/app-error';
import { EJSON } from 'bson';
import type { Document } from 'mongodb';

/** What `<collection>.metadata.json` says. */
export interface DumpMetadata {
  /** The whole name, where the file's is cut (mongodump 100.4 and later). */
  readonly collectionName: string | null;
  /** As `create` takes them. */
  readonly options: Document;
  /** As `createIndexes` takes them, the one on `_id` left out. */
  readonly indexes: readonly Document[];
  /** The one on `_id`, where the dump has it: it carries the collation of the collection. */
  readonly idIndex?: Document | null;
  /** 32 hexadecimal digits; null where the dump does not tell (time-series collections, views, old servers). */
  readonly uuid?: string | null;
}

const MAX_BYTES = 32 * 1024 * 1024;
const unpack = promisify(gunzip);

/** Options of old servers that newer ones refuse, and those that belong to the original alone. */
const DROPPED_OPTIONS = ['autoIndexId', 'temp', 'flags', 'uuid', 'idIndex'];
const DROPPED_INDEX_OPTIONS = ['ns', 'background', 'safe', 'dropDups'];

/** @throws AppError DUMP_INVALID, PERMISSION_DENIED */
export async function readDumpMetadata(path: string): Promise<DumpMetadata> {
  return parseDumpMetadata(await textOf(path), basename(path));
}

/** @param name of the file or collection, for the error. @throws AppError DUMP_INVALID */
export function parseDumpMetadata(text: string, name: string): DumpMetadata {
  try {
    const {
      collectionName,
      options = {},
      indexes = [],
      uuid,
    } = parseExact(text) as {
      collectionName?: unknown;
      options?: Document;
      indexes?: Document[];
      uuid?: unknown;
    };
    const idIndex = indexes.find((index) => index['name'] === '_id_');
    return {
      idIndex: idIndex ? toIndexSpec(idIndex) : null,
      collectionName: typeof collectionName === 'string' ? collectionName : null,
      options: without(options, DROPPED_OPTIONS),
      indexes: indexes.filter((index) => index['name'] !== '_id_').map(toIndexSpec),
      uuid: typeof uuid === 'string' && /^[0-9a-f]{32}$/.test(uuid) ? uuid : null,
    };
  } catch (cause) {
    throw new AppError('DUMP_INVALID', `${name} is not metadata of mongodump`, { cause });
  }
}

/** A number that is written with a point or an exponent is a double, and stays one: `1.0` is not `1` in an index key. */
export function parseExact(text: string): unknown {
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') || !/[.eE]/.test(token) ? token : `{"$numberDouble":"${token}"}`,
  );
  return EJSON.parse(exact, { relaxed: false });
}

function toIndexSpec(index: Document): Document {
  const { v, ...rest } = without(index, DROPPED_INDEX_OPTIONS);
  // Versions 0 and 1 cannot be built any more.
  return Number(v) === 2 ? { v, ...rest } : rest;
}

function without(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? await unpack(bytes, { maxOutputLength: MAX_BYTES }) : bytes).toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError('DUMP_INVALID', `${basename(path)} is damaged or cut off`, { cause: error });
    }
    throw fromSystemError(error, basename(path));
  }
}
