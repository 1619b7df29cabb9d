import { AppError, type FieldError } from '@lucid/core/app-error';
import type { Encoding } from './cache-names.ts';

export const WRITABLE_TYPES = ['string', 'hash', 'list', 'set', 'zset', 'stream'] as const;
export type WritableType = (typeof WRITABLE_TYPES)[number];

export const LARGEST_VALUE_BYTES = 512 * 1024;
const MOST_ITEMS = 10_000;
const ITEMS_A_COMMAND = 1_000;

type Word = string | Buffer;

/** Commands without their key, in the order in which they make up a value. */
export type WriteCommands = (readonly [name: string, ...words: Word[]])[];

/**
 * Replaces a key of the same type in one step, or makes it. KEYS: the key. ARGV: type, milliseconds to live or nothing, then for each
 * command its name, how many words, the words. Answers what type was there. With `#!lua` Redis refuses it while memory is full, before
 * anything is removed.
 */
export const REPLACE = `#!lua
local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= ARGV[1] then return found end
redis.call('UNLINK', KEYS[1])
local at = 3
while at <= #ARGV do
  local words = tonumber(ARGV[at + 1])
  redis.call(ARGV[at], KEYS[1], unpack(ARGV, at + 2, at + 1 + words))
  at = at + 2 + words
end
if ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return found`;

/**
 * What writes `value` as `type`. A string is text, or anything else as its JSON; a hash `{field: text}`; a list and a set `[text]`; a zset
 * `[{member, score}]`; a stream `[{id?, fields}]`. @throws AppError VALIDATION_FAILED, PAYLOAD_TOO_LARGE
 */
export function writeCommands(type: WritableType, value: unknown, encoding: Encoding): WriteCommands {
  const commands = new ValueReader(encoding).read(type, value);
  const bytes = commands.flat().reduce((sum, word) => sum + Buffer.byteLength(word), 0);
  if (bytes > LARGEST_VALUE_BYTES) {
    throw new AppError('PAYLOAD_TOO_LARGE', `a value has at most ${String(LARGEST_VALUE_BYTES)} bytes`);
  }
  return commands;
}

/** The arguments of `REPLACE` behind type and time to live. */
export function scriptWords(commands: WriteCommands): Word[] {
  return commands.flatMap(([name, ...words]) => [name, String(words.length), ...words]);
}

class ValueReader {
  readonly #encoding: Encoding;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  read(type: WritableType, value: unknown): WriteCommands {
    switch (type) {
      case 'string':
        return [['SET', typeof value === 'string' ? this.#text(value, '/value') : JSON.stringify(value)]];
      case 'hash':
        return inSteps('HSET', this.#fields(value, '/value'), 2 * ITEMS_A_COMMAND);
      case 'list':
        return inSteps('RPUSH', this.#texts(value), ITEMS_A_COMMAND);
      case 'set':
        return inSteps('SADD', this.#texts(value), ITEMS_A_COMMAND);
      case 'zset':
        return inSteps('ZADD', this.#scored(value), 2 * ITEMS_A_COMMAND);
      case 'stream':
        return this.#entries(value);
    }
  }

  #texts(value: unknown): Word[] {
    return itemsOf(value).map((one, at) => this.#text(one, `/value/${String(at)}`));
  }

  #scored(value: unknown): Word[] {
    return itemsOf(value).flatMap((one, at) => {
      const pointer = `/value/${String(at)}`;
      const { member, score } = objectOf(one, pointer);
      if (typeof score !== 'number' || !Number.isFinite(score)) throw wrong(`${pointer}/score`, 'must be a number');
      return [String(score), this.#text(member, `${pointer}/member`)];
    });
  }

  #entries(value: unknown): WriteCommands {
    let last: [bigint, bigint] = [0n, 0n];
    const entries = itemsOf(value);
    const haveIds = (entries[0] as { id?: unknown } | null)?.id !== undefined;
    return entries.map((one, at) => {
      const pointer = `/value/${String(at)}`;
      const { id = '*', fields } = objectOf(one, pointer);
      if ((id !== '*') !== haveIds) throw wrong(`${pointer}/id`, 'must be given for each entry or for none');
      if (haveIds) last = nextId(id, last, `${pointer}/id`);
      const words = this.#fields(fields, `${pointer}/fields`);
      // One entry is one command, and a script has room for so many words of one.
      if (words.length > 2 * ITEMS_A_COMMAND)
        throw wrong(`${pointer}/fields`, `must have at most ${String(ITEMS_A_COMMAND)} fields`);
      return ['XADD', id as string, ...words] as const;
    });
  }

  #fields(value: unknown, pointer: string): Word[] {
    const fields = Object.entries(objectOf(value, pointer));
    if (fields.length === 0 || fields.length > MOST_ITEMS)
      throw wrong(pointer, `must have 1 to ${String(MOST_ITEMS)} fields`);
    return fields.flatMap(([field, text]) => [
      this.#text(field, pointer),
      this.#text(text, `${pointer}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ]);
  }

  #text(value: unknown, pointer: string): Word {
    if (typeof value !== 'string') throw wrong(pointer, 'must be a text');
    if (this.#encoding === 'utf8') return value;
    const bytes = Buffer.from(value, 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') !== value.replace(/=+$/, ''))
      throw wrong(pointer, 'must be base64');
    return bytes;
  }
}

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MOST_ITEMS) return value;
  throw wrong('/value', `must be an array of 1 to ${String(MOST_ITEMS)} items`);
}

function objectOf(value: unknown, pointer: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(pointer, 'must be an object');
}

/** Ids of a stream ascend: https://redis.io/docs/latest/develop/data-types/streams/#entry-ids */
function nextId(id: unknown, last: [bigint, bigint], pointer: string): [bigint, bigint] {
  const [, time, sequence] = /^(\d{1,19})-(\d{1,19})$/.exec(String(id)) ?? [];
  if (time === undefined || sequence === undefined)
    throw wrong(pointer, 'must look like 1526919030474-0, or be left out');
  const next: [bigint, bigint] = [BigInt(time), BigInt(sequence)];
  if (next[0] < last[0] || (next[0] === last[0] && next[1] <= last[1]))
    throw wrong(pointer, 'must be above those before it');
  return next;
}

function inSteps(name: string, words: readonly Word[], size: number): WriteCommands {
  const commands: WriteCommands = [];
  for (let at = 0; at < words.length; at += size) commands.push([name, ...words.slice(at, at + size)]);
  return commands;
}

function wrong(pointer: string, message: string): AppError {
  const errors: FieldError[] = [{ pointer, code: 'VALUE', message }];
  return new AppError('VALIDATION_FAILED', `${pointer} ${message}`, { errors });
}
