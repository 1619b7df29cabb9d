import { AppError } from '@lucid/core/app-error';
import { Cluster, type Redis } from 'ioredis';
import { type CacheClient, primariesOf } from './cache-client.ts';
import { slotOf } from './cluster-slots.ts';
import { toRedisAppError } from './connection.ts';

const SLOTS = 16_384;
type Ranges = readonly (readonly [from: number, to: number])[];

/** Where a scan is: plain JSON, to be kept in a cursor or with a job. */
export interface ScanPosition {
  /** Slots whose keys have all been given. */
  readonly done: Ranges;
  readonly current?: {
    /** `run_id` of the server: a cursor of SCAN means nothing to any other, nor to the same one after a restart. */
    readonly server: string;
    /** What it held when its turn began. */
    readonly slots: Ranges;
    readonly cursor: string;
  };
}

export interface KeyScanOptions {
  /** As of SCAN MATCH. */
  readonly pattern: string;
  /** As of SCAN TYPE. */
  readonly type?: string;
}

/** Keys of one server, and the server that holds them. */
export interface ScannedKeys {
  readonly server: Redis;
  readonly keys: readonly Buffer[];
}

interface ScannedServer {
  readonly client: Redis;
  readonly slots: Ranges;
}

/**
 * Goes over every key that matches, of one Redis or of each primary of a cluster, and can be interrupted: what stays all the while is given
 * at least once, also when a server is restarted, fails over or hands slots to another one between two steps; then some are given twice.
 */
export class KeyScan {
  readonly #client: CacheClient;
  readonly #options: KeyScanOptions;
  readonly #done = new Uint8Array(SLOTS);
  #current: ScanPosition['current'];

  constructor(client: CacheClient, options: KeyScanOptions, position?: ScanPosition) {
    this.#client = client;
    this.#options = options;
    for (const [from, to] of position?.done ?? []) this.#done.fill(1, from, to + 1);
    this.#current = position?.current;
  }

  get position(): ScanPosition {
    return { done: rangesOf((slot) => this.#done[slot] === 1), ...(this.#current && { current: this.#current }) };
  }

  /** Looks at about `count` keys; those that match, or `undefined` when all have been seen. @throws AppError REDIS_UNAVAILABLE */
  async step(count: number): Promise<ScannedKeys | undefined> {
    try {
      return await this.#step(count);
    } catch (error) {
      throw toRedisAppError(error) ?? error;
    }
  }

  async #step(count: number): Promise<ScannedKeys | undefined> {
    const slot = this.#done.indexOf(0);
    if (slot < 0) return undefined;
    const servers = await serversOf(this.#client);
    const { current, client } = await this.#serverFor(servers, slot);
    const { pattern, type } = this.#options;
    const words = ['MATCH', pattern, 'COUNT', String(count), ...(type === undefined ? [] : ['TYPE', type])];
    const [next, found] = (await client.callBuffer('SCAN', current.cursor, ...words)) as [Buffer, Buffer[]];
    const cursor = next.toString();
    // What moved here from a server that was done has been given already.
    const keys = found.filter((key) => !(this.#client instanceof Cluster) || this.#done[slotOf(key)] === 0);
    if (cursor === '0') await this.#finish(client, current.slots);
    else this.#current = { ...current, cursor };
    return { server: client, keys };
  }

  async #serverFor(
    servers: readonly ScannedServer[],
    slot: number,
  ): Promise<{ current: NonNullable<ScanPosition['current']>; client: Redis }> {
    if (this.#current) {
      for (const { client } of servers) {
        if ((await runIdOf(client)) === this.#current.server) return { current: this.#current, client };
      }
    }
    const owner = servers.find(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to));
    if (!owner) throw new AppError('REDIS_UNAVAILABLE', 'a slot of the Redis Cluster has no primary: repair it first');
    const current = { server: await runIdOf(owner.client), slots: owner.slots, cursor: '0' };
    return { current, client: owner.client };
  }

  /** Done are the slots that the server held from the beginning of its turn to the end. */
  async #finish(client: Redis, slots: Ranges): Promise<void> {
    this.#current = undefined;
    const still = (await serversOf(this.#client)).find((server) => server.client === client)?.slots ?? [];
    const held = new Uint8Array(SLOTS);
    for (const [from, to] of still) held.fill(1, from, to + 1);
    for (const [from, to] of slots) {
      for (let slot = from; slot <= to; slot += 1) if (held[slot] === 1) this.#done[slot] = 1;
    }
  }
}

/** Is this a position as `KeyScan` gives it? For what came from outside. */
export function isScanPosition(value: unknown): value is ScanPosition {
  if (typeof value !== 'object' || value === null) return false;
  const { done, current } = value as { done?: unknown; current?: Record<string, unknown> };
  if (!isRanges(done)) return false;
  if (current === undefined) return true;
  if (typeof current !== 'object' || current === null) return false;
  const { server, cursor, slots } = current;
  return typeof server === 'string' && isRanges(slots) && typeof cursor === 'string' && /^\d{1,20}$/.test(cursor);
}

function isRanges(value: unknown): value is Ranges {
  const isSlot = (slot: unknown): boolean =>
    Number.isInteger(slot) && (slot as number) >= 0 && (slot as number) < SLOTS;
  return (
    Array.isArray(value) &&
    value.length <= SLOTS &&
    value.every((range) => Array.isArray(range) && range.length === 2 && range.every(isSlot) && range[0] <= range[1])
  );
}

async function serversOf(client: CacheClient): Promise<ScannedServer[]> {
  const primaries = await primariesOf(client);
  const [first] = primaries;
  if (!first) throw new AppError('REDIS_UNAVAILABLE', 'the Redis Cluster has no primary that answers');
  if (!(client instanceof Cluster)) return [{ client: first, slots: [[0, SLOTS - 1]] }];
  const listed = (await first.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  return primaries.map((primary) => {
    const isMine = ([, , [host, port]]: (typeof listed)[number]): boolean =>
      primary.options.port === port && (host === '' || primary.options.host === host);
    return { client: primary, slots: listed.filter(isMine).map(([from, to]) => [from, to] as const) };
  });
}

async function runIdOf(client: Redis): Promise<string> {
  return /^run_id:(\S+)/m.exec(await client.info('server'))?.[1] ?? '';
}

function rangesOf(holds: (slot: number) => boolean): Ranges {
  const ranges: [number, number][] = [];
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (!holds(slot)) continue;
    const last = ranges.at(-1);
    if (last && last[1] === slot - 1) last[1] = slot;
    else ranges.push([slot, slot]);
  }
  return ranges;
}
