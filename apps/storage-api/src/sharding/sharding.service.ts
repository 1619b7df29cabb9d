import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { InjectControlDatabase } from '@lucid/service-kit/tokens';
import type { Db } from 'mongodb';
import { BalancerService } from './balancer.service.ts';
import { refusingClearly } from './sharding-errors.ts';
import type {
  EnabledDto,
  EnableShardingDto,
  ShardDto,
  ShardedCollectionDto,
  ShardingStatusDto,
} from './sharding.dto.ts';
import { type ShardDocument, type ShardedCollection, ShardingRepository } from './sharding.repository.ts';

const SHOWN = 200;
const SERVER_DATABASES = ['admin', 'config', 'local'];
/** From this version on every database may have sharded collections. */
const ENABLED_BY_DEFAULT = 6;

/** Shows what is sharded and how it lies, and lets databases be sharded. */
@Injectable()
export class ShardingService {
  constructor(
    private readonly repository: ShardingRepository,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
    private readonly balancer: BalancerService,
    @InjectControlDatabase() private readonly control: Db,
  ) {}

  /** @throws AppError NOT_SHARDED */
  async status(): Promise<ShardingStatusDto> {
    await this.deployment.requireSharded();
    const { repository } = this;
    const [shards, databases, collections, balancer] = await Promise.all([
      repository.shards(),
      repository.databases(SHOWN + 1),
      repository.collections(SHOWN + 1),
      this.balancer.get(),
    ]);
    const shown: ShardedCollectionDto[] = [];
    for (const collection of collections.slice(0, SHOWN)) shown.push(await this.present(collection));
    return {
      shards: shards.map(presentShard),
      databases: databases.slice(0, SHOWN).map(({ _id: name, primary: primaryShard }) => ({ name, primaryShard })),
      collections: shown,
      hasMore: databases.length > SHOWN || collections.length > SHOWN,
      balancer,
    };
  }

  /** May be called twice. @throws AppError NOT_SHARDED, NAMESPACE_INVALID, SHARD_NOT_FOUND, SHARDING_REFUSED, LEASE_HELD */
  async enable({ database, primaryShard }: EnableShardingDto): Promise<EnabledDto> {
    await this.deployment.requireSharded();
    if ([...SERVER_DATABASES, this.control.databaseName].includes(database))
      throw new AppError(
        'NAMESPACE_INVALID',
        "this database is the server's or the suite's own and stays on one shard",
      );
    const change = { action: 'sharding.enable', resource: `sharding/databases/${database}` };
    return this.changes.run(change, async (lease) => {
      const before = await this.repository.findDatabase(database);
      const major = await this.repository.serverMajor();
      const isEnabled = before !== null && (major >= ENABLED_BY_DEFAULT || before.partitioned === true);
      await lease.assertHeld();
      await refusingClearly(() => this.repository.enableSharding(database, primaryShard ?? undefined));
      const after = await this.repository.findDatabase(database);
      return { database, primaryShard: after?.primary ?? '', isChanged: !isEnabled };
    });
  }

  async present(collection: ShardedCollection): Promise<ShardedCollectionDto> {
    const { _id: namespace, key, unique = false, noBalance = false } = collection;
    const chunks = await this.repository.chunks(collection);
    return { namespace, key, isUnique: unique, isBalanced: !noBalance, chunks };
  }
}

function presentShard({ _id: id, host, tags = [], draining = false }: ShardDocument): ShardDto {
  const [replicaSet = '', hosts = ''] = host.split('/');
  return { id, replicaSet, hosts: hosts.split(','), zones: tags, isDraining: draining };
}
