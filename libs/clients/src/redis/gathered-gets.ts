import type { CacheClient } from './cache-client.ts';

/** More than that is asked for in several commands, so that no reply grows too large. */
const KEYS = 64;

interface Waiting {
  readonly key: string;
  readonly resolve: (value: Buffer | null) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * GETs of one turn of the event loop as one MGET: under load a command, its timer and its system call are shared by many requests. On a
 * cluster, where the keys of an MGET must be in one slot, each is a command of its own.
 */
export class GatheredGets {
  readonly #client: CacheClient;
  #waiting: Waiting[] = [];

  constructor(client: CacheClient) {
    this.#client = client;
  }

  /** As `getBuffer`, but `null` also for a key that holds something else than a string. Rejects with what ioredis threw. */
  get(key: string): Promise<Buffer | null> {
    if (this.#client.isCluster) return this.#client.getBuffer(key);
    return new Promise((resolve, reject) => {
      // Not a microtask: the requests of other connections come in callbacks of their own, all before this one.
      if (this.#waiting.length === 0) setImmediate(() => this.#send());
      this.#waiting.push({ key, resolve, reject });
    });
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += KEYS) void this.#ask(waiting.slice(from, from + KEYS));
  }

  async #ask(waiting: readonly Waiting[]): Promise<void> {
    try {
      const values = await this.#client.mgetBuffer(waiting.map(({ key }) => key));
      waiting.forEach(({ resolve }, index) => resolve(values[index] ?? null));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
