import { isAppError } from '@lucid/core/app-error';
import { systemClock, type Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { ByteRange, CallOptions, ObjectStat, ObjectStore, SortedObjectStore } from './object-store.ts';

/** Delay before attempt n+1: a random part of `baseMs * 2^(n-1)`, at most `maxMs`, and at least half of that. */
export interface RetryPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
  /** Once a call has failed for so long, its last error is thrown. */
  readonly giveUpAfterMs: number;
}

/** Longer than a network cut that a backup should sit out, shorter than what makes an operator wonder. */
export const DEFAULT_RETRY: RetryPolicy = { baseMs: 250, maxMs: 10_000, giveUpAfterMs: 180_000 };

export interface RetryOptions {
  readonly policy?: RetryPolicy;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Ends every wait of this store, e.g. when its service stops. */
  readonly signal?: AbortSignal;
}

/**
 * Repeats what failed with OBJECT_STORE_UNAVAILABLE (not reached, 5xx, SlowDown, reset, time-out, short read), and nothing
 * else: a full store, a refusal or a wrong setting does not get better by asking again.
 *
 * The answer of a write may be lost after it took effect. So once an attempt has failed, "the key is taken" is checked by
 * reading back: the same bytes count as written by this call. Two writers of *equal* bytes may then both be told true, which
 * is harmless in a repository, where what must have one winner (owner, COMMIT, key set) differs by token, nonce or cluster.
 */
export class RetryingObjectStore implements ObjectStore {
  readonly #store: SortedObjectStore;
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(
    store: SortedObjectStore,
    { policy = DEFAULT_RETRY, clock = systemClock, logger, signal }: RetryOptions = {},
  ) {
    this.#store = store;
    this.#policy = policy;
    this.#clock = clock;
    this.#logger = logger;
    this.#signal = signal;
  }

  get(key: string, range?: ByteRange, options?: CallOptions): Promise<Buffer | undefined> {
    return this.#retry('get', options, (inner) => this.#store.get(key, range, inner));
  }

  putIfAbsent(key: string, bytes: Uint8Array, options?: CallOptions): Promise<boolean> {
    let isUnsure = false;
    return this.#retry('put', options, async (inner) => {
      for (;;) {
        try {
          const isNew = await this.#store.putIfAbsent(key, bytes, inner);
          if (isNew || !isUnsure) return isNew;
          const stored = await this.#store.get(key, undefined, inner);
          if (stored) return stored.equals(bytes);
          // It was removed between the two: the key is free again.
        } catch (error) {
          isUnsure = true;
          throw error;
        }
      }
    });
  }

  /** Goes on after the last key that was handed out: nothing is listed twice. */
  async *list(prefix: string, options?: CallOptions): AsyncIterable<string> {
    let last: string | undefined;
    const inner = this.#inner(options);
    let keys = this.#store.listAfter(prefix, last, inner)[Symbol.asyncIterator]();
    const next = async (): Promise<IteratorResult<string>> => {
      try {
        return await keys.next();
      } catch (error) {
        keys = this.#store.listAfter(prefix, last, inner)[Symbol.asyncIterator]();
        throw error;
      }
    };
    for (;;) {
      const { done, value } = await this.#retry('list', options, next);
      if (done) return;
      last = value;
      yield value;
    }
  }

  stat(key: string, options?: CallOptions): Promise<ObjectStat | undefined> {
    return this.#retry('stat', options, (inner) => this.#store.stat(key, inner));
  }

  remove(key: string, options?: CallOptions): Promise<void> {
    return this.#retry('remove', options, (inner) => this.#store.remove(key, inner));
  }

  flush(): Promise<void> {
    return this.#retry('flush', undefined, () => this.#store.flush());
  }

  async #retry<T>(
    call: string,
    options: CallOptions | undefined,
    action: (inner: CallOptions) => Promise<T>,
  ): Promise<T> {
    const inner = this.#inner(options);
    const { signal } = inner;
    const startedMs = this.#clock.monotonicMs();
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        return await action(inner);
      } catch (error) {
        const spentMs = this.#clock.monotonicMs() - startedMs;
        if (!isAppError(error, 'OBJECT_STORE_UNAVAILABLE') || !error.retryable) throw error;
        if (spentMs >= this.#policy.giveUpAfterMs) throw error;
        const delayMs = this.#delayMs(attempt);
        this.#logger?.warn(
          { err: error, call, attempt, delayMs: Math.round(delayMs) },
          'the object store is asked again',
        );
        await this.#clock.sleep(delayMs, signal);
      }
    }
  }

  /** With the caller's signal and that of the store. */
  #inner(options: CallOptions | undefined): CallOptions {
    const signals = [options?.signal, this.#signal].filter((signal) => signal !== undefined);
    if (signals.length === 0) return {};
    return { signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] };
  }

  #delayMs(attempt: number): number {
    const { baseMs, maxMs } = this.#policy;
    const delayMs = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 20));
    return delayMs * (0.5 + Math.random() / 2);
  }
}
