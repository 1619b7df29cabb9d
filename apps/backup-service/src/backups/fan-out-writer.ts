import type {
  JsonValue,
  SnapshotSummary,
  SnapshotWriter,
  StreamKind,
  StreamWriter,
} from '@lucid/archive/snapshot-types';

/** A snapshot being written to one of several repositories. */
export interface FanOutTarget {
  readonly repository: string;
  readonly writer: SnapshotWriter;
}

/**
 * One read, written to several repositories. A repository that fails is given up, and the others go on; the write fails where
 * none is left. Slow ones set the pace. After `commit`, `failures` tells which repositories do not hold the snapshot.
 */
export class FanOutWriter implements SnapshotWriter {
  readonly id: string;
  /** By repository. */
  readonly failures = new Map<string, unknown>();
  private alive: FanOutTarget[];

  constructor(targets: readonly [FanOutTarget, ...FanOutTarget[]]) {
    this.id = targets[0].writer.id;
    this.alive = [...targets];
  }

  openStream(name: string, options: { kind: StreamKind }): StreamWriter {
    const streams = new Map(this.alive.map(({ repository, writer }) => [repository, writer.openStream(name, options)]));
    const streamOf = ({ repository }: FanOutTarget): StreamWriter => streams.get(repository) as StreamWriter;
    return {
      write: async (buffer) => {
        await this.each((target) => streamOf(target).write(buffer));
      },
      end: (meta) => this.each((target) => streamOf(target).end(meta)),
    };
  }

  /** @returns of the first repository that holds it */
  commit(meta: JsonValue): Promise<SnapshotSummary> {
    return this.each(({ writer }) => writer.commit(meta));
  }

  async abort(): Promise<void> {
    await Promise.all(this.alive.map(({ writer }) => writer.abort()));
  }

  /** Does it to each that is left, at the same time. @throws the first failure where none is left */
  private async each<T>(action: (target: FanOutTarget) => Promise<T>): Promise<T> {
    const tried = this.alive;
    const results = await Promise.allSettled(tried.map((target) => action(target)));
    let first: { value: T } | undefined;
    for (const [index, result] of results.entries()) {
      const target = tried[index] as FanOutTarget;
      if (result.status === 'fulfilled') first ??= { value: result.value };
      else await this.giveUp(target, result.reason);
    }
    if (first) return first.value;
    throw this.failures.values().next().value;
  }

  private async giveUp(target: FanOutTarget, reason: unknown): Promise<void> {
    if (this.failures.has(target.repository)) return;
    this.failures.set(target.repository, reason);
    this.alive = this.alive.filter((one) => one !== target);
    await target.writer.abort().catch(() => undefined); // what failed once may fail again
  }
}
