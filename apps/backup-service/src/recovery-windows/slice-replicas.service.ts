import type { SliceLog } from '@lucid/archive/slice-types';
import type { Repository } from '@lucid/archive/repository';
import type { Logger } from '@lucid/core/logger';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';

/** Replicas of `default`: each gets every oplog slice, so that one that is lost here, or all of them, can be brought back by a repair. */
@Injectable()
export class SliceReplicas implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private copying: Promise<void> | undefined;

  constructor(
    private readonly repositories: RepositoriesService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** Begins to copy what they lack, unless it is under way: a store that is slow or away does not hold the capture up. Never throws. */
  follow(log: SliceLog): void {
    this.copying ??= this.copyAll(log).finally(() => (this.copying = undefined));
  }

  /** The same log in each replica that can be written. */
  logsOf({ stream }: SliceLog): SliceLog[] {
    return this.replicas().map(([, repository]) => repository.slices(stream));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.copying;
  }

  private async copyAll({ stream }: SliceLog): Promise<void> {
    const { signal } = this.stopping;
    for (const [name, replica] of this.replicas()) {
      if (signal.aborted) return;
      try {
        await this.repositories.get().copySlices(stream, replica, signal);
      } catch (error) {
        if (!signal.aborted)
          this.logger.warn({ err: error, repository: name }, 'oplog slices are not in a replica yet');
      }
    }
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
