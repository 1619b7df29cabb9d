import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { ChangeLog } from '@lucid/clients/mongodb/initializer/change';
import { initializeCollection, isValidatorEqual } from '@lucid/clients/mongodb/initializer/collections';
import { initializeIndexes } from '@lucid/clients/mongodb/initializer/indexes';
import { AppError } from '@lucid/core/app-error';
import type { ModelDefinition } from '@lucid/models/model-definition';
import { decodeCursor, encodeCursor, toPage, type PageQuery } from '@lucid/service-kit/http/page';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { CollectionCatalogue, type CollectionEntry } from './collection-catalogue.ts';
import { isSuiteCollection, modelOfCollection, writableCollectionName } from './collection-names.ts';
import type { CollectionsPage, CollectionSummary, CollectionView, CreateCollectionDto } from './collections.dto.ts';
import { assertModelAlone, createOptions, modelNamed } from './create-options.ts';
import { toDefinitionError } from './definition-errors.ts';

const LIST = 'collections';

/** What collections there are; making new ones. */
@Injectable()
export class CollectionsService {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /** By name. @throws AppError BAD_CURSOR */
  async list({ limit, cursor }: PageQuery): Promise<CollectionsPage> {
    const after = decodeCursor(LIST, cursor);
    const entries = (await this.catalogue.list()).filter(({ name }) => !after || name > after.id);
    return toPage(entries, limit, summaryOf, ({ name }) => encodeCursor(LIST, { at: name, id: name }));
  }

  /** @throws AppError NAMESPACE_INVALID, COLLECTION_NOT_FOUND */
  async get(name: string): Promise<CollectionView> {
    const entry = await this.catalogue.get(name);
    const { documents, dataBytes, storageBytes, indexBytes, indexSizes } = await this.catalogue.figures(entry);
    const model = modelOfCollection(name);
    return {
      ...summaryOf(entry),
      options: toExtendedJson(entry.options) as Record<string, unknown>,
      isAsModel: model ? isAsModel(entry, model) : null,
      ...{ documents, dataBytes, storageBytes, indexBytes, indexes: Object.keys(indexSizes).length },
      dependents: await this.catalogue.dependents(name),
    };
  }

  /**
   * @throws AppError NAMESPACE_INVALID, FORBIDDEN, VALIDATION_FAILED, EXTENDED_JSON_INVALID, COLLECTION_EXISTS, DEFINITION_INVALID
   */
  async create(dto: CreateCollectionDto): Promise<CollectionView> {
    const name = writableCollectionName(dto.name);
    if (dto.model === undefined) assertNoModel(name);
    if (await this.catalogue.find(name))
      throw new AppError('COLLECTION_EXISTS', `${name} exists: drop it first, or choose another name`);
    try {
      if (dto.model === undefined) await this.database.createCollection(name, createOptions(dto));
      else await this.createOfModel(name, dto);
    } catch (error) {
      throw toDefinitionError(error, dto.validator ? '/validator' : '');
    }
    return this.get(name);
  }

  /** What dies half-way leaves an empty collection without all of its indexes: scripts/init, or a drop and this again, completes it. */
  private async createOfModel(name: string, dto: CreateCollectionDto): Promise<void> {
    const model = { ...modelNamed(dto.model ?? ''), collection: name };
    assertModelAlone(dto);
    const log = new ChangeLog(false);
    await initializeCollection(this.database, model, undefined, log);
    await initializeIndexes(this.database.collection(name), model, false, log);
  }
}

function assertNoModel(name: string): void {
  const model = modelOfCollection(name);
  if (!model) return;
  const message = `${name} is the collection of the model ${model.name}: send model: "${model.name}"`;
  throw new AppError('VALIDATION_FAILED', message, { errors: [{ pointer: '/model', code: 'REQUIRED', message }] });
}

function summaryOf({ name, type, options }: CollectionEntry): CollectionSummary {
  return {
    ...{ name, type, model: modelOfCollection(name)?.name ?? null },
    isValidated: Object.keys((options['validator'] ?? {}) as object).length > 0,
    isCapped: options['capped'] === true,
    isClustered: options['clusteredIndex'] !== undefined,
    viewOn: type === 'view' ? String(options['viewOn']) : null,
    isReadOnly: isSuiteCollection(name),
  };
}

function isAsModel(entry: CollectionEntry, model: ModelDefinition): boolean {
  const wanted = model.timeseries ? 'timeseries' : 'collection';
  if (entry.type !== wanted) return false;
  return model.timeseries !== null || isValidatorEqual(model, entry);
}
