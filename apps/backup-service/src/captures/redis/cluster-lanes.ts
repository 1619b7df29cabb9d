import { commandAt, type FailedReply } from '@lucid/clients/redis/resp/pipeline-connection';
import type { RedisAddress } from '@lucid/clients/redis/resp/redis-address';
import { encodeCommand } from '@lucid/clients/redis/resp/resp-command';
import { AppError } from '@lucid/core/app-error';
import { slotOf } from '@lucid/clients/redis/cluster-slots';
import type { RedisServer } from './redis-servers.ts';
import { type LaneOptions, refusedKey, RestoreLane, type RestoreLanes } from './restore-lanes.ts';

const MOST_ROUNDS = 8;
/** So many keys may be on their way to another shard at a time. */
const MOST_REDIRECTED = 10_000;

interface Redirected {
  readonly command: Buffer;
  readonly to: string;
  /** The slot is moving: the key goes to its new shard with ASKING before it. */
  readonly isAsk: boolean;
}

/** A connection to each primary; keys go by their slot, and follow MOVED and ASK where slots move meanwhile. */
export class ClusterLanes implements RestoreLanes {
  readonly #options: LaneOptions;
  readonly #seed: RedisAddress;
  readonly #lanes = new Map<string, RestoreLane>();
  readonly #bySlot: RestoreLane[] = [];
  #redirected: Redirected[] = [];
  #error: AppError | undefined;

  private constructor(seed: RedisAddress, options: LaneOptions) {
    this.#seed = seed;
    this.#options = options;
  }

  /** @throws AppError REDIS_UNAVAILABLE; RESTORE_REFUSED where a slot has no primary */
  static async open(servers: readonly RedisServer[], options: LaneOptions): Promise<ClusterLanes> {
    const lanes = new ClusterLanes((servers[0] as RedisServer).address, options);
    try {
      for (const { address, slots } of servers) {
        const lane = await lanes.#laneTo(`${address.host}:${address.port}`);
        for (const [from, to] of slots) for (let slot = from; slot <= to; slot += 1) lanes.#bySlot[slot] = lane;
      }
      return lanes;
    } catch (error) {
      lanes.close();
      throw error;
    }
  }

  laneFor(key: () => Buffer): RestoreLane {
    const lane = this.#bySlot[slotOf(key())];
    if (lane) return lane;
    throw new AppError('RESTORE_REFUSED', 'A slot of the Redis Cluster has no primary: repair the cluster first.');
  }

  async drain(): Promise<void> {
    for (let round = 0; ; round += 1) {
      await Promise.all([...this.#lanes.values()].map((lane) => lane.drain()));
      this.assertWell();
      if (this.#redirected.length === 0) return;
      if (round === MOST_ROUNDS) throw moving();
      const redirected = this.#redirected;
      this.#redirected = [];
      for (const { command, to, isAsk } of redirected) {
        const lane = await this.#laneTo(to);
        if (isAsk) await lane.addEncoded(encodeCommand('ASKING'));
        await lane.addEncoded(command);
      }
    }
  }

  assertWell(): void {
    if (this.#error) throw this.#error;
    if (this.#redirected.length > MOST_REDIRECTED) throw moving();
  }

  close(): void {
    for (const lane of this.#lanes.values()) lane.close();
  }

  async #laneTo(name: string): Promise<RestoreLane> {
    const known = this.#lanes.get(name);
    if (known) return known;
    const colon = name.lastIndexOf(':');
    const address = {
      ...this.#seed,
      host: name.slice(0, colon) || this.#seed.host,
      port: Number(name.slice(colon + 1)),
    };
    const lane = await RestoreLane.open(address, this.#options, (failed) => this.#onFailed(failed));
    this.#lanes.set(name, lane);
    return lane;
  }

  #onFailed(failed: FailedReply): void {
    const [, kind, to = ''] = /^(MOVED|ASK) \d+ (\S+)$/.exec(failed.text) ?? [];
    if (kind === undefined) this.#error ??= refusedKey(failed);
    else if (failed.isStreamed) this.#error ??= moving();
    else {
      const command = encodeCommand(...commandAt(failed.bytes, failed.index));
      this.#redirected.push({ command, to, isAsk: kind === 'ASK' });
    }
  }
}

function moving(): AppError {
  return new AppError('REDIS_UNAVAILABLE', 'The slots of the Redis Cluster are being moved: restore again afterwards.');
}
