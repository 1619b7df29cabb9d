import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { CollectionCatalogue, type CollectionEntry } from '../collections/collection-catalogue.ts';
import { IndexListing, isOfModel } from './index-list.service.ts';
import { beginsWith, coveringIndex, worksUnused, type StoredIndex } from './index-overlap.ts';
import { IndexUsageReader, type AskedMembers } from './index-usage.ts';
import { ShardKeys } from './shard-keys.ts';
import type { IndexReport, RedundantIndex, UnusedIndex } from './indexes.dto.ts';

/** Asked at once. */
const AT_ONCE = 4;
const HOUR_MS = 3_600_000;
/** What runs once a week must have had its turn. */
const ENOUGH_HOURS = 7 * 24;

type Part = Pick<IndexReport, 'unused' | 'redundant' | 'unreachable' | 'indexes'>;

/** Which indexes of the main database cost more than they give. */
@Injectable()
export class IndexReportService {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    private readonly listing: IndexListing,
    private readonly usage: IndexUsageReader,
    private readonly sharding: ShardKeys,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async report(): Promise<IndexReport> {
    const checkedAt = this.clock.now();
    const entries = (await this.catalogue.list()).filter(({ type }) => type !== 'view');
    const members = await this.usage.members();
    const shardKeys = await this.sharding.byCollection();
    const parts: Part[] = [];
    for (let from = 0; from < entries.length; from += AT_ONCE) {
      const some = entries.slice(from, from + AT_ONCE);
      parts.push(
        ...(await Promise.all(some.map((entry) => this.part(entry, members, shardKeys.get(entry.name) ?? [])))),
      );
    }
    return {
      unused: bySize(parts.flatMap(({ unused }) => unused)),
      redundant: bySize(parts.flatMap(({ redundant }) => redundant)),
      collections: entries.length,
      indexes: parts.reduce((sum, { indexes }) => sum + indexes, 0),
      unreachable: [...new Set(parts.flatMap(({ unreachable }) => unreachable))].sort(),
      checkedAt,
    };
  }

  private async part(entry: CollectionEntry, members: AskedMembers, shardKey: readonly string[]): Promise<Part> {
    const { name: collection } = entry;
    const stored = await this.listing.stored(collection);
    const part: Part = { unused: [], redundant: [], unreachable: [...members.down], indexes: stored.length };
    if (stored.every(({ name }) => name === '_id_')) return part;
    const usage = await this.usage.of(collection, members);
    const { indexSizes } = await this.catalogue.figures(entry);
    for (const index of stored) {
      const used = usage.get(index.name);
      if (index.name === '_id_' || !used || beginsWith(index, shardKey)) continue;
      part.unreachable = used.unreachable;
      const about = {
        ...{ collection, index: index.name, keys: index.key, sizeBytes: indexSizes[index.name] ?? 0 },
        isOfModel: isOfModel(collection, index),
      };
      const by = coveringIndex(index, stored);
      if (by) part.redundant.push({ ...about, coveredBy: by.name, coveredByKeys: by.key });
      if (used.operations === 0 && !worksUnused(index)) part.unused.push(this.unused(about, index, used));
    }
    return part;
  }

  private unused(
    about: Omit<UnusedIndex, 'hidden' | 'usage' | 'observedHours' | 'confidence'>,
    { hidden }: StoredIndex,
    usage: UnusedIndex['usage'],
  ): UnusedIndex {
    const sinceMs = usage.since?.getTime() ?? this.clock.now().getTime();
    const observedHours = Math.max(0, Math.round(((this.clock.now().getTime() - sinceMs) / HOUR_MS) * 10) / 10);
    const isSure = observedHours >= ENOUGH_HOURS && usage.unreachable.length === 0;
    return { ...about, hidden: hidden === true, usage, observedHours, confidence: isSure ? 'high' : 'low' };
  }
}

function bySize<T extends UnusedIndex | RedundantIndex>(found: readonly T[]): T[] {
  return found.toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.index < b.index ? -1 : 1));
}
