import { fromExtendedJson, toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import { decodeCursor, encodeCursor, type PageQuery, toPage } from '@lucid/service-kit/http/page';
import { Injectable } from '@nestjs/common';
import type { Document } from 'mongodb';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { collectionName } from '../collections/collection-names.ts';
import { refusingClearly } from './sharding-errors.ts';
import { ShardingRepository, type ZoneRange } from './sharding.repository.ts';
import type { AddRangeDto, AddToZoneDto, RemoveRangeQuery, ZoneDto, ZonesPage } from './zones.dto.ts';

const LIST = 'zones';

/** Zones: shards that keep ranges of a shard key. The balancer moves chunks there; nothing moves at once. */
@Injectable()
export class ZonesService {
  constructor(
    private readonly repository: ShardingRepository,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
  ) {}

  /** By name. @throws AppError NOT_SHARDED, BAD_CURSOR */
  async list({ limit, cursor }: PageQuery): Promise<ZonesPage> {
    const after = decodeCursor(LIST, cursor)?.id ?? '';
    await this.deployment.requireSharded();
    const zones = (await this.zones()).filter(({ name }) => name > after);
    return toPage(
      zones,
      limit,
      (zone) => zone,
      ({ name }) => encodeCursor(LIST, { at: '', id: name }),
    );
  }

  /** Puts a shard into a zone, which is thereby made. May be called twice. @throws AppError NOT_SHARDED, SHARD_NOT_FOUND, LEASE_HELD */
  async add({ zone, shard }: AddToZoneDto): Promise<ZoneDto> {
    return this.change('sharding.add-to-zone', zone, () => this.repository.addShardToZone(shard, zone));
  }

  /** What `remove` would take away. @throws AppError NOT_SHARDED, ZONE_NOT_FOUND */
  async planRemove(zone: string): Promise<ZoneDto> {
    await this.deployment.requireSharded();
    return this.existing(zone);
  }

  /**
   * Takes shards out of a zone: one, or all of them and with them the zone. Refused while the zone would be left with ranges and no
   * shard. Run again it goes on where it stopped. @throws AppError NOT_SHARDED, ZONE_NOT_FOUND, SHARDING_REFUSED, LEASE_HELD
   */
  async remove(zone: string, shard?: string): Promise<ZoneDto> {
    const { shards, ranges } = await this.planRemove(zone);
    if (shard !== undefined && !shards.includes(shard))
      throw new AppError('SHARD_NOT_FOUND', 'this shard does not belong to the zone');
    const leaving = shard === undefined ? shards : [shard];
    if (ranges.length > 0 && leaving.length === shards.length) {
      const detail = `${String(ranges.length)} ranges belong to the zone: remove them first, with DELETE …/zones/${zone}/ranges`;
      throw new AppError('SHARDING_REFUSED', detail);
    }
    return this.change('sharding.remove-from-zone', zone, async () => {
      for (const one of leaving) await this.repository.removeShardFromZone(one, zone);
    });
  }

  /** May be called twice. @throws AppError NOT_SHARDED, ZONE_NOT_FOUND, VALIDATION_FAILED, SHARDING_REFUSED (overlap), LEASE_HELD */
  async addRange(zone: string, { collection, min, max }: AddRangeDto): Promise<ZoneDto> {
    const namespace = this.repository.namespaceOf(collectionName(collection));
    const [low, high] = [bound(min, '/min'), bound(max, '/max')];
    await this.planRemove(zone);
    const work = () => this.repository.updateZoneKeyRange(namespace, low, high, zone);
    return this.change('sharding.add-range', zone, work);
  }

  /** @throws AppError NOT_SHARDED, ZONE_NOT_FOUND (or no range that begins there), VALIDATION_FAILED, LEASE_HELD */
  async removeRange(zone: string, { collection, min }: RemoveRangeQuery): Promise<ZoneDto> {
    const namespace = this.repository.namespaceOf(collectionName(collection));
    const low = bound(parsed(min), '/min');
    await this.planRemove(zone);
    const [range] = await this.repository.ranges({ ns: namespace, min: low, tag: zone }, 1);
    if (!range) throw new AppError('ZONE_NOT_FOUND', 'no range of this zone and collection begins there');
    const work = () => this.repository.updateZoneKeyRange(namespace, range.min, range.max, null);
    return this.change('sharding.remove-range', zone, work);
  }

  private async change(action: string, zone: string, work: () => Promise<void>): Promise<ZoneDto> {
    await this.deployment.requireSharded();
    return this.changes.run({ action, resource: `sharding/zones/${zone}` }, async (lease) => {
      await lease.assertHeld();
      await refusingClearly(work);
      return (await this.zones()).find(({ name }) => name === zone) ?? { name: zone, shards: [], ranges: [] };
    });
  }

  private async existing(zone: string): Promise<ZoneDto> {
    const found = (await this.zones()).find(({ name }) => name === zone);
    if (!found) throw new AppError('ZONE_NOT_FOUND', 'there is no such zone: add a shard to it first');
    return found;
  }

  private async zones(): Promise<ZoneDto[]> {
    const [shards, ranges] = await Promise.all([this.repository.shards(), this.repository.ranges()]);
    const names = new Set([...shards.flatMap(({ tags = [] }) => tags), ...ranges.map(({ tag }) => tag)]);
    return [...names].sort().map((name) => ({
      name,
      shards: shards.filter(({ tags = [] }) => tags.includes(name)).map(({ _id }) => _id),
      ranges: ranges.filter(({ tag }) => tag === name).map(presentRange),
    }));
  }
}

function presentRange({ ns: namespace, min, max }: ZoneRange): ZoneDto['ranges'][number] {
  return { namespace, min: toExtendedJson(min) as object, max: toExtendedJson(max) as object };
}

function bound(value: unknown, pointer: string): Document {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && Object.keys(value).length > 0) return fromExtendedJson(value, pointer) as Document;
  const message = 'must be an object with the fields of the shard key';
  throw new AppError('VALIDATION_FAILED', message, { errors: [{ pointer, code: 'BOUND', message }] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
