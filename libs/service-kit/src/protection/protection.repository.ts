import { Injectable } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';
import { InjectControlDatabase } from '../tokens.ts';

export interface ProtectionState {
  isProtected: boolean;
  reason: string | null;
  changedAt: Date | null;
  changedBy: string | null;
}

const ID = 'protection';

/** Where protected mode stands: `settings` of the control database, which no restore rolls back. */
@Injectable()
export class ProtectionRepository {
  private readonly settings: Collection<ProtectionState & { _id: string }>;

  constructor(@InjectControlDatabase() control: Db) {
    this.settings = control.collection('settings', { writeConcern: { w: 'majority' } });
  }

  /** Null where it was never switched. */
  find(): Promise<ProtectionState | null> {
    return this.settings.findOne({ _id: ID }, { projection: { _id: 0 } });
  }

  async store(state: ProtectionState): Promise<void> {
    await this.settings.updateOne({ _id: ID }, { $set: state }, { upsert: true });
  }
}
