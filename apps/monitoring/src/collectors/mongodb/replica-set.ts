import type { SampleSet } from '../samples.ts';
import type { MONGODB_METRICS } from './mongodb-metrics.ts';

/** The part of `replSetGetStatus` that is read here. */
export interface ReplicaSetStatus {
  set: string;
  members: readonly ReplicaSetMember[];
}

export interface ReplicaSetMember {
  name: string;
  health: number;
  state: number;
  stateStr: string;
  optimeDate?: Date;
}

const PRIMARY = 1;
const SECONDARY = 2;
const ARBITER = 7;
/** Behind by more than this a secondary is of no use to readers, and a fail-over would take long. */
export const DEGRADED_LAG_SECONDS = 60;

/**
 * Seconds a member is behind the primary by the time of its last applied entry; undefined where that says nothing: a member
 * that is not reachable (its figure is old), one that holds no data, and all of them while there is no primary.
 */
export function lagSeconds(status: ReplicaSetStatus, member: ReplicaSetMember): number | undefined {
  const primary = status.members.find((candidate) => candidate.state === PRIMARY);
  const holdsData = member.state === PRIMARY || member.state === SECONDARY;
  if (!primary?.optimeDate || !member.optimeDate || !holdsData || member.health !== 1) return undefined;
  return Math.max(0, (primary.optimeDate.getTime() - member.optimeDate.getTime()) / 1000);
}

/** Is everything as it should be: a primary, each member reachable and in service, no secondary far behind? */
export function isReplicaSetHealthy(status: ReplicaSetStatus): boolean {
  const inService = [PRIMARY, SECONDARY, ARBITER];
  return (
    status.members.some((member) => member.state === PRIMARY) &&
    status.members.every((member) => {
      const lag = lagSeconds(status, member) ?? 0;
      return member.health === 1 && inService.includes(member.state) && lag <= DEGRADED_LAG_SECONDS;
    })
  );
}

export function addReplicaSet(set: SampleSet<typeof MONGODB_METRICS>, status: ReplicaSetStatus): void {
  set.add('mongodb_mongod_replset_number_of_members', status.members.length, { set: status.set });
  for (const member of status.members) {
    const labels = { set: status.set, name: member.name, state: member.stateStr };
    set.add('mongodb_mongod_replset_member_health', member.health, labels);
    set.add('mongodb_mongod_replset_member_state', member.state, labels);
    set.add('mongodb_mongod_replset_member_replication_lag', lagSeconds(status, member), labels);
  }
}
