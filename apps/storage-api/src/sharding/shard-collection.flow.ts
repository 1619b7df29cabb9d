import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { assertAllowed, type Finding, isAllowed, refusal } from '../cluster/findings.ts';
import { collectionName } from '../collections/collection-names.ts';
import type { KeyAnalysis } from './key-analysis.ts';
import { KeyAnalyses } from './key-analysis.service.ts';
import { checkShardable, type CollectionFacts, isSameKey, parseShardKey, type ShardKey } from './shard-key.ts';
import { refusingClearly } from './sharding-errors.ts';
import type { ShardCollectionDto, ShardedResult, ShardPlanDto } from './sharding.dto.ts';
import { ShardingRepository, type ShardedCollection } from './sharding.repository.ts';
import { ShardingService } from './sharding.service.ts';

interface Look {
  key: ShardKey;
  unique: boolean;
  facts: CollectionFacts | undefined;
  sharded: ShardedCollection | null;
  analysis: KeyAnalysis | null;
  findings: Finding[];
}

/** Shards a collection, after a look at what the server would refuse and at how the key would spread the documents. */
@Injectable()
export class ShardCollectionFlow {
  constructor(
    private readonly repository: ShardingRepository,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
    private readonly analyses: KeyAnalyses,
    private readonly sharding: ShardingService,
  ) {}

  /** @throws AppError NOT_SHARDED, VALIDATION_FAILED, NAMESPACE_INVALID */
  async plan(asked: ShardCollectionDto): Promise<ShardPlanDto> {
    const { findings, facts, analysis } = await this.look(asked);
    const namespace = this.repository.namespaceOf(asked.collection);
    return { isAllowed: isAllowed(findings), findings, namespace, makesIndex: facts?.isEmpty ?? true, analysis };
  }

  /**
   * One command, which may be sent again: whoever dies waiting for its answer asks once more and is told that it was so already.
   * It cannot be undone. @throws AppError as `plan`; SHARDING_REFUSED, LEASE_HELD, TIMEOUT
   */
  async run(asked: ShardCollectionDto): Promise<ShardedResult> {
    await this.look(asked);
    const namespace = this.repository.namespaceOf(asked.collection);
    const change = { action: 'sharding.shard-collection', resource: `sharding/collections/${namespace}` };
    return this.changes.run(change, async (lease) => {
      const { findings, facts, sharded, key, unique } = await this.look(asked);
      assertAllowed(findings, 'SHARDING_REFUSED', '/key');
      await lease.assertHeld();
      const isCollated = facts?.options['collation'] !== undefined;
      await refusingClearly(() => this.repository.shardCollection(namespace, key, unique, isCollated));
      const after = await this.repository.findCollection(namespace);
      if (!after) throw new AppError('INTERNAL', 'the collection is sharded, and the config servers do not show it');
      return { ...(await this.sharding.present(after)), isChanged: sharded === null, findings };
    });
  }

  private async look({ collection, key: given, unique: asked }: ShardCollectionDto): Promise<Look> {
    const unique = asked ?? false;
    await this.deployment.requireSharded();
    collectionName(collection);
    const key = parseShardKey(given);
    const sharded = await this.repository.findCollection(this.repository.namespaceOf(collection));
    if (sharded)
      return { key, unique, sharded, facts: undefined, analysis: null, findings: again(key, unique, sharded) };
    const facts = await this.factsOf(collection);
    const findings = checkShardable(key, unique, facts);
    const hasDocuments = facts?.type === 'collection' && !facts.isEmpty;
    const looked = hasDocuments ? await this.analyses.analyze(collection, key) : undefined;
    findings.push(...(looked?.findings ?? []));
    return { key, unique, sharded, facts, analysis: looked?.analysis ?? null, findings };
  }

  private async factsOf(collection: string): Promise<CollectionFacts | undefined> {
    const found = await this.repository.describe(collection);
    if (!found) return undefined;
    if (found.type !== 'collection') return { ...found, indexes: [], isEmpty: false };
    const [indexes, isEmpty] = await Promise.all([
      this.repository.indexes(collection),
      this.repository.isEmpty(collection),
    ]);
    return { ...found, indexes, isEmpty };
  }
}

/** What is sharded already is left so, or is something else. */
function again(key: ShardKey, unique: boolean, sharded: ShardedCollection): Finding[] {
  if (isSameKey(key, sharded.key) && unique === (sharded.unique ?? false)) return [];
  const message = `it is sharded by ${JSON.stringify(sharded.key)}${sharded.unique === true ? ', unique' : ''} already: reshardCollection changes that`;
  return [refusal('ALREADY_SHARDED', message)];
}
