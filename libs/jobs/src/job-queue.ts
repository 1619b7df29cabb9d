/** One hand-off: run number `run` of the job `jobId`. The record decides whether it is still wanted. */
export interface QueueItem {
  jobId: string;
  name: string;
  run: number;
}

/**
 * Transport of job ids to the workers of one service; never the truth. Contract:
 * - `add` of an item that is already waiting or being handled does nothing, so anybody may add again at any time.
 * - An item may be delivered twice (a stalled consumer, a repeated add): the consumer must claim the record first.
 * - An item may be lost with the engine: the relay adds it again.
 * - An item is gone once its consumer returned or threw; nothing is ever retried by the queue itself.
 */
export interface JobQueue {
  readonly name: string;
  /** @throws AppError REDIS_UNAVAILABLE; some of the items may have been added then. */
  add(items: readonly QueueItem[]): Promise<void>;
  /**
   * Starts to deliver items of the names in `concurrency`, at most so many of each at once: a name whose places are taken
   * holds up no other. One consumer a queue object.
   */
  consume(
    concurrency: Readonly<Record<string, number>>,
    onItem: (item: QueueItem) => Promise<void>,
  ): Promise<QueueConsumer>;
  /** How many items of this name wait, for metrics. @throws AppError REDIS_UNAVAILABLE */
  waiting(name: string): Promise<number>;
  /** Ends the connections of this object. May be called twice. Items stay in the queue. */
  close(): Promise<void>;
}

export interface QueueConsumer {
  /** Takes no further item; what is being handled goes on. May be called twice. */
  pause(): Promise<void>;
  /** Pauses and resolves once the handlers have returned, or at once when forced. May be called twice. */
  close(isForced?: boolean): Promise<void>;
}
