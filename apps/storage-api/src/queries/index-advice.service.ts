import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { IndexTryPayload } from '@lucid/jobs/contracts/index-try';
import { InjectClock, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db, Document } from 'mongodb';
import { collectionName, writableCollectionName } from '../collections/collection-names.ts';
import type { IndexAdviceDto, IndexAdviceQuery, IndexAdvicesDto, IndexUseDto } from './index-advice.dto.ts';
import { IndexCatalogue } from './index-catalogue.ts';
import { ProfilerMembers } from './profiler-members.ts';
import { isPrefix, nameOfKeys, proposeIndexes, type IndexProposal } from './propose-indexes.ts';
import { SlowQueriesService, type QueryAnalysis } from './slow-queries.service.ts';

const HOUR_MS = 3_600_000;
const MAX_HOURS = 168;
/** Queries of one proposal that are measured. */
const MAX_MEASURED = 5;

/** Proposes indexes by what the profiler saw, each with its evidence and its cost. It stores nothing: the same entries give the same. */
@Injectable()
export class IndexAdviceService {
  constructor(
    private readonly slowQueries: SlowQueriesService,
    private readonly catalogue: IndexCatalogue,
    private readonly profiler: ProfilerMembers,
    @InjectMainDatabase() private readonly database: Db,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError NAMESPACE_INVALID, TIMEOUT */
  async list({ collection, hours, limit }: IndexAdviceQuery): Promise<IndexAdvicesDto> {
    if (collection !== undefined) collectionName(collection);
    const { proposals, indexes, analysis } = await this.propose(hours, collection);
    const items: IndexAdviceDto[] = [];
    for (const proposal of proposals.slice(0, limit))
      items.push(await this.present(proposal, indexes.get(proposal.collection) ?? []));
    const { level: profilerLevel } = await this.profiler.ofPrimary();
    return { items, entriesRead: analysis.entriesRead, profilerLevel };
  }

  /** What a job is to try. @throws AppError INDEX_ADVICE_NOT_FOUND, FORBIDDEN */
  async find(id: string): Promise<IndexTryPayload> {
    const { proposals } = await this.propose(MAX_HOURS, undefined);
    const found = proposals.find((proposal) => proposal.id === id);
    if (!found)
      throw new AppError(
        'INDEX_ADVICE_NOT_FOUND',
        `the profiler has nothing any more that supports ${id.slice(0, 40)}`,
      );
    const { collection, keys, queries } = found;
    writableCollectionName(collection);
    const costliest = queries.toSorted((left, right) => right.totalMs - left.totalMs).slice(0, MAX_MEASURED);
    return { adviceId: id, collection, keys, fingerprints: costliest.map(({ fingerprint }) => fingerprint) };
  }

  private async propose(
    hours: number,
    collection: string | undefined,
  ): Promise<{ proposals: IndexProposal[]; indexes: Map<string, Document[]>; analysis: QueryAnalysis }> {
    const name = this.database.databaseName;
    const from = new Date(this.clock.now().getTime() - hours * HOUR_MS);
    const analysis = await this.slowQueries.analyse({ from, collection });
    const collections = new Set(analysis.groups.map(({ query }) => query.namespace.slice(name.length + 1)));
    const indexes = new Map<string, Document[]>();
    for (const one of collections) {
      const found = await this.catalogue.indexes(one);
      if (found) indexes.set(one, found);
    }
    return { proposals: proposeIndexes(analysis.groups, name, indexes), indexes, analysis };
  }

  private async present(proposal: IndexProposal, stored: readonly Document[]): Promise<IndexAdviceDto> {
    const { id, collection, keys, equality, sort, range, queries } = proposal;
    const [uses, cost] = [await this.catalogue.uses(collection), await this.catalogue.cost(collection, keys)];
    return {
      ...{
        id,
        collection,
        name: nameOfKeys(keys),
        keys: Object.fromEntries(keys),
        equality,
        sort,
        range,
        evidence: queries,
      },
      presentIndexes: stored.map((index): IndexUseDto => {
        const use = uses.get(String(index['name']));
        return {
          ...{ name: String(index['name']), keys: index['key'] as Record<string, unknown> },
          ...{ uses: use?.uses ?? null, since: use?.since ?? null, isReplaced: isReplaced(index, proposal) },
        };
      }),
      cost: { ...cost, presentIndexes: stored.length },
    };
  }
}

/** A plain index whose fields are the first of the proposal; one that also refuses or removes documents stays needed. */
function isReplaced(index: Document, { keys }: IndexProposal): boolean {
  const isMore = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'collation'].some(
    (option) => option in index,
  );
  if (isMore || index['name'] === '_id_') return false;
  return isPrefix(Object.entries(index['key'] as Record<string, 1 | -1>), keys);
}
