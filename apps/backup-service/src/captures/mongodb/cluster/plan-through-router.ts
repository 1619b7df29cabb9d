import { AppError } from '@lucid/core/app-error';
import type { RestoreInput } from '../../restore-port.ts';
import type { MongodbManifest } from '../manifest.ts';
import { isOwnWork, type OwnWork, type PlanConflict, type RestorePlan } from '../restore-plan.ts';
import type { TargetState } from '../restore-target.ts';
import { type ClusterSource, clusterSource } from './cluster-source.ts';

/** What a restore through a router reads. @throws AppError RESTORE_REFUSED (one shard alone), as `clusterSource` */
export function clusterOf({ reader, manifest, isWhole }: RestoreInput, shard: string | undefined): ClusterSource {
  if (shard === undefined) return clusterSource(reader, manifest as unknown as MongodbManifest, isWhole);
  const detail =
    'One shard goes to a replica set: let BACKUP_RESTORE_URI name that, or leave `shard` out to restore the cluster through mongos.';
  throw new AppError('RESTORE_REFUSED', detail);
}

/**
 * A plan for a cluster: only names that are free are restored to. What stands there is not replaced, since writes cannot be held off over all
 * routers, and nobody could look at both before the swap. @throws AppError RESTORE_REFUSED (a sharded time-series collection)
 */
export function planThroughRouter(
  plan: RestorePlan,
  { collections }: ClusterSource,
  target: TargetState,
  own: OwnWork | undefined,
): RestorePlan {
  const conflicts: PlanConflict[] = [...plan.conflicts];
  const warnings = [...plan.warnings];
  for (const { source, target: to, type } of plan.namespaces) {
    const there = target.collections.get(to);
    const isFree = !there || isOwnWork(own, to, there);
    if (!isFree && !conflicts.some(({ namespace }) => namespace === to))
      conflicts.push({
        namespace: to,
        reason: 'is there already, and through mongos nothing is replaced (drop it before)',
      });
    const sharding = collections.get(source)?.sharding;
    if (sharding && type === 'timeseries') throw refuseSeries(source);
  }
  warnings.push('Users and roles of a cluster are on its config servers, and in no backup of it.');
  const extra = plan.extra.map(({ namespace }) => ({ namespace, action: 'keep' as const }));
  return { ...plan, conflicts, warnings, extra, usersAndRoles: false };
}

function refuseSeries(namespace: string): AppError {
  const detail = `${namespace} is a sharded time-series collection, which does not go through mongos: leave it out with \`namespaces\`, or restore it by \`shard\`.`;
  return new AppError('RESTORE_REFUSED', detail);
}
