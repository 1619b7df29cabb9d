import type { Repository } from '@lucid/archive/repository';
import type { SliceCopier } from '@lucid/archive/slice-copier';
import type { SliceLog, SliceRange } from '@lucid/archive/slice-types';
import type { Logger } from '@lucid/core/logger';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';

interface Following {
  readonly stream: string;
  readonly source: Repository;
  readonly replica: Repository;
  readonly copier: SliceCopier;
}

/** Of slices that wait to be copied; with more of them the replicas are compared instead. */
const MOST_WAITING = 1_000;

/** Replicas of `default`: each gets every oplog slice, so that one that is lost here, or all of them, can be brought back by a repair. */
@Injectable()
export class SliceReplicas implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private copying: Promise<void> | undefined;
  /** By the name of the replica. */
  private readonly following = new Map<string, Following>();
  /** What has come since the copying that is under way began; undefined: everything is to be compared. */
  private waiting: SliceRange[] | undefined = [];

  constructor(
    private readonly repositories: RepositoriesService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /**
   * Copies a slice that was stored into every replica; where none is named, all that they lack. It goes on by itself: a store that is slow or away does
   * not hold the capture up. Never throws.
   */
  follow(log: SliceLog, stored?: SliceRange): void {
    if (stored && this.waiting && this.waiting.length < MOST_WAITING) this.waiting.push(stored);
    else this.waiting = undefined;
    this.copying ??= this.copyWaiting(log);
  }

  /** The same log in each replica that can be written. */
  logsOf({ stream }: SliceLog): SliceLog[] {
    return this.replicas().map(([, repository]) => repository.slices(stream));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.copying;
  }

  private async copyWaiting({ stream }: SliceLog): Promise<void> {
    try {
      while (this.waiting?.length !== 0 && !this.stopping.signal.aborted) {
        const stored = this.waiting;
        this.waiting = [];
        await this.copyAll(stream, stored);
      }
    } finally {
      this.copying = undefined;
    }
  }

  private async copyAll(stream: string, stored: readonly SliceRange[] | undefined): Promise<void> {
    const { signal } = this.stopping;
    const replicas = this.replicas();
    // One that is away misses these: it is compared when it is back.
    for (const name of this.following.keys())
      if (!replicas.some(([other]) => other === name)) this.following.delete(name);
    for (const [name, replica] of replicas) {
      if (signal.aborted) return;
      try {
        await this.copierOf(name, replica, stream).copy(stored, signal);
      } catch (error) {
        if (!signal.aborted)
          this.logger.warn({ err: error, repository: name }, 'oplog slices are not in a replica yet');
      }
    }
  }

  /** One that was opened again is another one: it is compared first. */
  private copierOf(name: string, replica: Repository, stream: string): SliceCopier {
    const source = this.repositories.get();
    const known = this.following.get(name);
    if (known?.replica === replica && known.source === source && known.stream === stream) return known.copier;
    const copier = source.sliceCopier(stream, replica);
    this.following.set(name, { stream, source, replica, copier });
    return copier;
  }

  private replicas(): [string, Repository][] {
    return this.repositories
      .list()
      .filter(
        ({ definition, state }) => definition.isReplica && definition.name !== DEFAULT_REPOSITORY && state === 'ready',
      )
      .map(({ definition: { name } }) => [name, this.repositories.get(name)]);
  }
}
