import { AppError } from '@lucid/core/app-error';
import type { LeaseStore } from '@lucid/core/lease';
import { collectionLease } from '@lucid/jobs/contracts/collection-drop';
import { randomText } from '@lucid/models/ids';
import { InjectLeases, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { CollectionCatalogue } from './collection-catalogue.ts';
import { modelOfCollection, writableCollectionName } from './collection-names.ts';
import type { CollectionDropReport } from './collections.dto.ts';

/** Says what a drop takes away, and drops. */
@Injectable()
export class CollectionDrop {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    @InjectMainDatabase() private readonly database: Db,
    @InjectLeases() private readonly leases: LeaseStore,
  ) {}

  /** @throws AppError NAMESPACE_INVALID, FORBIDDEN, COLLECTION_NOT_FOUND */
  async plan(name: string): Promise<CollectionDropReport> {
    const entry = await this.catalogue.get(writableCollectionName(name));
    const { documents, dataBytes, storageBytes, indexBytes, indexSizes } = await this.catalogue.figures(entry);
    const model = modelOfCollection(name)?.name ?? null;
    return {
      ...{ name, type: entry.type, model, documents, dataBytes, storageBytes, indexBytes },
      indexes: Object.keys(indexSizes).sort(),
      dependents: await this.catalogue.dependents(name),
      needsConfirm: model !== null,
      dropped: false,
    };
  }

  /** @throws AppError as `plan`, CONFIRMATION_REQUIRED */
  async confirmed(name: string, confirm: string | undefined): Promise<CollectionDropReport> {
    const plan = await this.plan(name);
    if (confirm !== undefined && confirm !== name)
      throw new AppError('CONFIRMATION_REQUIRED', `confirm names another collection than ${name}`);
    if (!plan.needsConfirm || confirm === name) return plan;
    const detail = `${name} is the collection of the model ${plan.model ?? ''}, with ${String(plan.documents ?? 0)} documents: repeat the call with ?confirm=${name}`;
    throw new AppError('CONFIRMATION_REQUIRED', detail);
  }

  /** Drops at once, and for good. @throws AppError as `confirmed`, LEASE_HELD while a job changes the collection */
  async drop(name: string, confirm: string | undefined): Promise<CollectionDropReport> {
    const plan = await this.confirmed(name, confirm);
    const lease = await this.leases.acquire(collectionLease(name), `drop#${randomText(8)}`);
    try {
      await this.database.dropCollection(name);
      return { ...plan, dropped: true };
    } finally {
      await lease.release();
    }
  }
}
