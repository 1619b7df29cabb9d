import { VerificationSample } from '@lucid/models/control/verification-samples';
import { modelOf } from '@lucid/models/model';
import { InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';

export interface SampleProgress {
  /** Where the next part begins, from 0 up to 1, where it goes on at 0. */
  position: number;
  ranAt: Date;
}

/** How far the rotating verification of each repository is, in the control database. */
@Injectable()
export class SampleProgressRepository {
  private readonly samples: Collection<SampleProgress & { _id: string }>;

  constructor(@InjectControlDatabase() controlDatabase: Db) {
    this.samples = controlDatabase.collection(modelOf(VerificationSample).collection);
  }

  find(repository: string): Promise<SampleProgress | null> {
    return this.samples.findOne({ _id: repository });
  }

  async set(repository: string, progress: SampleProgress): Promise<void> {
    await this.samples.replaceOne({ _id: repository }, progress, { upsert: true });
  }

  /** When the last sample of any repository found nothing wrong. */
  async list(): Promise<Map<string, SampleProgress>> {
    const found = await this.samples.find().toArray();
    return new Map(found.map(({ _id, ...progress }) => [_id, progress]));
  }
}
