import { decodeCursor, encodeCursor, toPage } from '@lucid/service-kit/http/page';
import { InjectControlDatabase, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { CollectionCatalogue, type CollectionEntry } from '../collections/collection-catalogue.ts';
import type { CollectionFigures, DatabaseFigures, DatabaseStats, StatsQuery } from './database.dto.ts';

const LIST = 'database-stats';
/** Asked at once: enough to be quick, too few to be felt. */
const AT_ONCE = 8;
const COUNT_TIMEOUT_MS = 20_000;

/** The figures of the databases and of each collection of the main one. */
@Injectable()
export class StatsService {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    @InjectMainDatabase() private readonly main: Db,
    @InjectControlDatabase() private readonly control: Db,
  ) {}

  /** @throws AppError BAD_CURSOR, TIMEOUT (an exact count of much) */
  async read({ limit, cursor, count = 'estimated' }: StatsQuery): Promise<DatabaseStats> {
    const after = decodeCursor(LIST, cursor);
    const entries = (await this.catalogue.list()).filter(({ name }) => !after || name > after.id);
    const { items, page } = toPage(
      entries,
      limit,
      (entry) => entry,
      ({ name }) => encodeCursor(LIST, { at: name, id: name }),
    );
    const figures: CollectionFigures[] = [];
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const part = items.slice(from, from + AT_ONCE);
      figures.push(...(await Promise.all(part.map((entry) => this.figures(entry, count)))));
    }
    return {
      count,
      databases: [await readTotals(this.main, 'main'), await readTotals(this.control, 'control')],
      items: figures,
      page,
    };
  }

  private async figures(entry: CollectionEntry, count: DatabaseStats['count']): Promise<CollectionFigures> {
    const { name, type } = entry;
    const found = await this.catalogue.figures(entry);
    const documents = count === 'exact' ? await this.count(name) : found.documents;
    const averageDocumentBytes = documents ? Math.round(found.dataBytes / documents) : null;
    return { name, type, ...found, documents, averageDocumentBytes };
  }

  private count(name: string): Promise<number> {
    return this.main.collection(name).countDocuments({}, { maxTimeMS: COUNT_TIMEOUT_MS });
  }
}

/** https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
async function readTotals(database: Db, holds: DatabaseFigures['holds']): Promise<DatabaseFigures> {
  const stats = await database.command({ dbStats: 1, maxTimeMS: COUNT_TIMEOUT_MS });
  return {
    name: database.databaseName,
    holds,
    collections: Number(stats['collections']),
    views: Number(stats['views']),
    documents: Number(stats['objects']),
    dataBytes: Number(stats['dataSize']),
    storageBytes: Number(stats['storageSize']),
    indexes: Number(stats['indexes']),
    indexBytes: Number(stats['indexSize']),
  };
}
