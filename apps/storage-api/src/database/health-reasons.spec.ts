import type { MemberStatus } from '../replica-set/replica-set-config.ts';
import {
  memberHealth,
  oplogReasons,
  oplogWindow,
  replicaSetReasons,
  statusOf,
  type ReplicaSetFacts,
} from './health-reasons.ts';
import type { MemberFacts } from './member-facts.ts';

const NOW = new Date('2026-01-09T02:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);
const GB = 1_000_000_000;

function member(id: number, more: Partial<MemberStatus> = {}): MemberStatus {
  const state = id === 0 ? { state: 1, stateStr: 'PRIMARY', self: true } : { state: 2, stateStr: 'SECONDARY' };
  const times = { optimeDate: NOW, lastAppliedWallTime: NOW, ...(id > 0 && { lastHeartbeat: secondsAgo(1) }) };
  return { _id: id, name: `m${String(id)}:27017`, health: 1, ...state, ...times, ...more };
}

function facts(more: Partial<MemberFacts> = {}): MemberFacts {
  return {
    version: '7.0.0',
    connections: { current: 10, available: 990 },
    disk: { usedBytes: 10 * GB, totalBytes: 100 * GB },
    oplog: { from: secondsAgo(100 * 3_600), to: NOW, sizeBytes: GB, maxBytes: GB },
    areWritesBlocked: false,
    ...more,
  };
}

function setOf(members: MemberStatus[], told: Record<string, MemberFacts | undefined> = {}): ReplicaSetFacts {
  const hosts = members.map(({ _id, name }) => ({ _id, host: name }));
  const all = members.map(({ name }) => [name, name in told ? told[name] : facts()] as const);
  return {
    status: { set: 'rs', date: NOW, members },
    config: { _id: 'rs', version: 1, members: hosts },
    facts: new Map(all),
  };
}

const reasonsOf = (set: ReplicaSetFacts): string[] =>
  replicaSetReasons(set, memberHealth(set)).map(({ code, severity, host }) => [code, severity, host].join(' ').trim());

describe('the health of a replica set', () => {
  it('is without reasons where nothing is wrong', () => {
    const set = setOf([member(0), member(1), member(2)]);
    expect(reasonsOf(set)).toEqual([]);
    expect(statusOf([])).toBe('healthy');
    expect(memberHealth(set).map(({ lagSeconds }) => lagSeconds)).toEqual([0, 0, 0]);
  });

  it.each([
    [5, []],
    [11, ['REPLICATION_LAG degraded m2:27017']],
    [121, ['REPLICATION_LAG unhealthy m2:27017']],
  ])('judges a lag of %d s', (lag, expected) => {
    const late = member(2, { optimeDate: secondsAgo(lag), lastAppliedWallTime: secondsAgo(lag) });
    expect(reasonsOf(setOf([member(0), member(1), late]))).toEqual(expected);
  });

  it('counts a lag beyond the delay that a member is given', () => {
    const late = member(2, { optimeDate: secondsAgo(3_600), lastAppliedWallTime: secondsAgo(3_600) });
    const set = setOf([member(0), member(1), late]);
    const [first, second, third] = set.config.members;
    const members = [first, second, third && { ...third, secondaryDelaySecs: 3_600, priority: 0 }].flatMap(
      (one) => one ?? [],
    );
    expect(reasonsOf({ ...set, config: { ...set.config, members } })).toEqual([]);
  });

  it('does not believe the lag of a member that has not been heard of', () => {
    const silent = member(2, { lastHeartbeat: secondsAgo(40) });
    expect(reasonsOf(setOf([member(0), member(1), silent]))).toEqual(['HEARTBEAT_OLD degraded m2:27017']);
  });

  it('names a member that is down, and that no other may fail', () => {
    const down = member(2, { health: 0, state: 8, stateStr: '(not reachable/healthy)' });
    const set = setOf([member(0), member(1), down], { 'm2:27017': undefined });
    expect(reasonsOf(set)).toEqual(['NO_SPARE_MEMBER degraded', 'MEMBER_DOWN degraded m2:27017']);
    expect(memberHealth(set)[2]).toMatchObject({
      state: 'DOWN',
      lagSeconds: null,
      lastAppliedAt: null,
      answers: false,
    });
  });

  it('names a member that the set sees and this service does not reach', () => {
    const set = setOf([member(0), member(1), member(2)], { 'm1:27017': undefined });
    expect(reasonsOf(set)).toEqual(['MEMBER_NOT_REACHED degraded m1:27017']);
  });

  it('is unhealthy without a primary, and says so first; lag is then behind the newest', () => {
    const down = { health: 0, state: 8, stateStr: '(not reachable/healthy)' };
    const left = member(2, { lastAppliedWallTime: secondsAgo(3), self: true });
    const set = setOf([member(0, { ...down, self: false }), member(1, down), left]);
    expect(reasonsOf(set).slice(0, 2)).toEqual(['NO_PRIMARY unhealthy', 'NO_MAJORITY unhealthy']);
    expect(statusOf(replicaSetReasons(set, memberHealth(set)))).toBe('unhealthy');
  });

  it('names an even number of votes, and writes that are held', () => {
    const four = [0, 1, 2, 3].map((id) => member(id));
    expect(reasonsOf(setOf(four, { 'm0:27017': facts({ areWritesBlocked: true }) }))).toEqual([
      'EVEN_VOTES degraded',
      'WRITES_BLOCKED degraded',
    ]);
  });

  it.each([
    [{ disk: { usedBytes: 81 * GB, totalBytes: 100 * GB } }, 'DISK_FILLING degraded m1:27017'],
    [{ disk: { usedBytes: 96 * GB, totalBytes: 100 * GB } }, 'DISK_FILLING unhealthy m1:27017'],
    [{ connections: { current: 850, available: 150 } }, 'CONNECTIONS_HIGH degraded m1:27017'],
  ])('judges %j', (more, expected) => {
    expect(reasonsOf(setOf([member(0), member(1), member(2)], { 'm1:27017': facts(more) }))).toEqual([expected]);
  });
});

describe('the window of the oplog', () => {
  const windowOf = (hours: number, isFull: boolean) => {
    const oplog = { from: secondsAgo(hours * 3_600), to: NOW, sizeBytes: isFull ? GB : GB / 2, maxBytes: GB };
    return oplogWindow(setOf([member(0), member(1)], { 'm0:27017': facts({ oplog }) }));
  };

  it('is the primary’s', () => {
    expect(windowOf(12, true)).toMatchObject({ host: 'm0:27017', windowSeconds: 43_200, isFull: true });
  });

  it.each([
    [48, true, []],
    [12, true, ['degraded']],
    [0.5, true, ['unhealthy']],
    [0.5, false, []],
  ])('of %d h (full: %s) gives %j', (hours, isFull, expected) => {
    expect(oplogReasons(windowOf(hours, isFull)).map(({ severity }) => severity)).toEqual(expected);
  });

  it('is a reason where nobody tells it', () => {
    expect(oplogReasons(null)).toMatchObject([{ code: 'OPLOG_UNKNOWN' }]);
  });
});
