import type {
  RepositoryKeysPayload,
  RepositoryRewrapResult,
  RepositoryRotateDataKeyResult,
} from '@lucid/jobs/contracts/repository-keys';
import type { JobContext } from '@lucid/jobs/job-handler';
import { Injectable } from '@nestjs/common';
import { RepositoriesService } from './repositories.service.ts';

/** Changes the keys of a repository, as jobs. */
@Injectable()
export class RepositoryKeysFlow {
  constructor(private readonly repositories: RepositoriesService) {}

  /** A run that died between rotating and noting it rotates once more, which does no harm. */
  async rotateDataKey(context: JobContext<RepositoryKeysPayload>): Promise<RepositoryRotateDataKeyResult> {
    const { repository: name } = context.payload;
    const repository = await this.repositories.find(name);
    await context.assertHeld();
    const rotated = await context.steps.run('rotate', () => repository.rotateDataKey());
    await this.repositories.reinspect(name);
    return { repository: name, ...rotated };
  }

  async rewrap(context: JobContext<RepositoryKeysPayload>): Promise<RepositoryRewrapResult> {
    const { repository: name } = context.payload;
    const repository = await this.repositories.find(name);
    await context.assertHeld();
    const rewrapped = await context.steps.run('rewrap', () => repository.rewrapMasterKey());
    await this.repositories.reinspect(name);
    return { repository: name, ...rewrapped };
  }
}
