import { isReplicaSetHealthy, lagSeconds, type ReplicaSetMember, type ReplicaSetStatus } from './replica-set.ts';

const at = (seconds: number) => new Date(seconds * 1000);
const primary: ReplicaSetMember = { name: 'a', health: 1, state: 1, stateStr: 'PRIMARY', optimeDate: at(1000) };
const secondary: ReplicaSetMember = { name: 'b', health: 1, state: 2, stateStr: 'SECONDARY', optimeDate: at(990) };
const arbiter: ReplicaSetMember = { name: 'c', health: 1, state: 7, stateStr: 'ARBITER' };

function status(...members: ReplicaSetMember[]): ReplicaSetStatus {
  return { set: 'rs', members };
}

describe('lagSeconds', () => {
  it('is the distance to the primary, never below zero', () => {
    expect(lagSeconds(status(primary, secondary), secondary)).toBe(10);
    expect(lagSeconds(status(primary, secondary), primary)).toBe(0);
    const ahead = { ...secondary, optimeDate: at(1001) };
    expect(lagSeconds(status(primary, ahead), ahead)).toBe(0);
  });

  it('is unknown without a primary, for a member that is not reachable, and for an arbiter', () => {
    expect(lagSeconds(status(secondary), secondary)).toBeUndefined();
    const dead = { ...secondary, health: 0, state: 8, stateStr: '(not reachable/healthy)', optimeDate: at(0) };
    expect(lagSeconds(status(primary, dead), dead)).toBeUndefined();
    expect(lagSeconds(status(primary, arbiter), arbiter)).toBeUndefined();
  });
});

describe('isReplicaSetHealthy', () => {
  it('wants a primary and every member in service', () => {
    expect(isReplicaSetHealthy(status(primary, secondary, arbiter))).toBe(true);
    expect(isReplicaSetHealthy(status(secondary))).toBe(false);
    expect(isReplicaSetHealthy(status(primary, { ...secondary, health: 0 }))).toBe(false);
    expect(isReplicaSetHealthy(status(primary, { ...secondary, state: 3 }))).toBe(false);
  });

  it('is not there with a secondary more than a minute behind', () => {
    expect(isReplicaSetHealthy(status(primary, { ...secondary, optimeDate: at(940) }))).toBe(true);
    expect(isReplicaSetHealthy(status(primary, { ...secondary, optimeDate: at(939) }))).toBe(false);
  });
});
