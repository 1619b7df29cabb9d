import { AppError } from '@lucid/core/app-error';
import type { IndexCreatePayload } from '@lucid/jobs/contracts/index-create';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db } from 'mongodb';
import { writableCollectionName } from '../collections/collection-names.ts';
import { toDefinitionError } from '../collections/definition-errors.ts';
import { toPayload, toSpec } from './index-definition.ts';
import { IndexListing } from './index-list.service.ts';
import { coveringIndex } from './index-overlap.ts';
import { IndexTrial } from './index-trial.ts';
import type { CreateIndexDto, DropIndexQuery, IndexDropReport, IndexView } from './indexes.dto.ts';

const INDEX_NOT_FOUND = 27;

/** What callers change about indexes. */
@Injectable()
export class IndexesService {
  constructor(
    private readonly listing: IndexListing,
    private readonly trial: IndexTrial,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /**
   * The payload of the job that builds it, after everything was refused that can be refused at once.
   * @throws AppError VALIDATION_FAILED, EXTENDED_JSON_INVALID, COLLECTION_NOT_FOUND, DEFINITION_INVALID, INDEX_CONFLICT, FORBIDDEN
   */
  async requested(collection: string, dto: CreateIndexDto): Promise<IndexCreatePayload> {
    const payload = toPayload(writableCollectionName(collection), dto);
    const spec = toSpec(payload);
    const entry = await this.listing.collection(collection);
    await this.trial.run(entry, await this.listing.stored(collection), spec);
    return payload;
  }

  /** @throws AppError INDEX_NOT_FOUND, CONFLICT for `_id_` and while it is being built */
  async setHidden(collection: string, name: string, hidden: boolean): Promise<IndexView> {
    const index = await this.changeable(collection, name);
    if (index.hidden !== hidden) await this.hide(collection, name, hidden);
    return this.listing.get(collection, name);
  }

  /** What a drop takes away, and what speaks for and against it. @throws AppError INDEX_NOT_FOUND, CONFLICT */
  async plan(collection: string, name: string): Promise<IndexDropReport> {
    const index = await this.changeable(collection, name);
    const stored = await this.listing.stored(collection);
    const present = stored.find((one) => one.name === name);
    const coveredBy = (present && coveringIndex(present, stored)?.name) ?? null;
    return {
      ...index,
      ...{ collection, needsConfirm: index.isOfModel, coveredBy, outcome: 'none' },
      evidence: evidenceOf(index, coveredBy),
      next: [`DELETE ${addressOf(collection, name)}${index.isOfModel ? `?confirm=${encodeURIComponent(name)}` : ''}`],
    };
  }

  /** Drops it, or with `hideFirst` hides it. @throws AppError INDEX_NOT_FOUND, CONFLICT, CONFIRMATION_REQUIRED */
  async drop(
    collection: string,
    name: string,
    { dryRun, hideFirst, confirm }: DropIndexQuery,
  ): Promise<IndexDropReport> {
    const plan = await this.plan(collection, name);
    if (dryRun === 'true') return plan;
    const address = addressOf(collection, name);
    if (hideFirst === 'true') {
      if (!plan.hidden) await this.hide(collection, name, true);
      const next = [...plan.next, `PATCH ${address} {"hidden": false}`];
      return { ...plan, hidden: true, outcome: 'hidden', next };
    }
    if (plan.needsConfirm && confirm !== name) {
      const detail = `${name} is an index of the model of ${collection}, and init makes it again: repeat the call with ?confirm=${name}`;
      throw new AppError('CONFIRMATION_REQUIRED', detail);
    }
    await this.remove(collection, name);
    return { ...plan, outcome: 'dropped', next: [] };
  }

  private async changeable(collection: string, name: string): Promise<IndexView> {
    const index = await this.listing.get(writableCollectionName(collection), name);
    if (name === '_id_')
      throw new AppError('CONFLICT', 'every collection has the index _id_: it is neither dropped nor hidden');
    if (index.build) {
      const detail = `${name} is being built (${index.build.phase}): wait for its job, or cancel it with DELETE /api/v1/jobs/{id}`;
      throw new AppError('CONFLICT', detail);
    }
    return index;
  }

  private async hide(collection: string, name: string, hidden: boolean): Promise<void> {
    const command = { collMod: collection, index: { name, hidden }, writeConcern: { w: 'majority' } };
    await this.database.command(command).catch((error: unknown) => {
      throw toDefinitionError(error, '/index');
    });
  }

  /** Somebody else may have been quicker. */
  private async remove(collection: string, name: string): Promise<void> {
    try {
      await this.database.collection(collection).dropIndex(name);
    } catch (error) {
      if (error instanceof MongoServerError && error.code === INDEX_NOT_FOUND) return;
      // Such as an index that a shard key needs.
      throw toDefinitionError(error, '/index');
    }
  }
}

function addressOf(collection: string, name: string): string {
  return `/api/v1/database/collections/${encodeURIComponent(collection)}/indexes/${encodeURIComponent(name)}`;
}

function evidenceOf({ usage, options, hidden, isOfModel }: IndexView, coveredBy: string | null): string[] {
  const evidence: string[] = [];
  if (usage && hidden) evidence.push('it is hidden: no query uses it now');
  else if (usage) {
    const since = usage.since?.toISOString() ?? 'the start';
    evidence.push(
      `used ${String(usage.operations)} times since ${since}, over ${String(usage.members.length)} members`,
    );
  }
  if (usage && usage.unreachable.length > 0)
    evidence.push(`not known of ${usage.unreachable.join(', ')}: it may be used there`);
  if (options['unique'] === true) evidence.push('it keeps values unique: without it duplicates can come in');
  if (options['expireAfterSeconds'] !== undefined)
    evidence.push('it lets documents expire: without it they stay for good');
  if (coveredBy !== null) evidence.push(`${coveredBy} begins with the same fields and serves the same queries`);
  if (isOfModel) evidence.push('its model wants it: init makes it again');
  return evidence;
}
