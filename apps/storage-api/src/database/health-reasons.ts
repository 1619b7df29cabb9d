import {
  ARBITER,
  isUp,
  lagSeconds,
  majorityOf,
  PRIMARY,
  primaryOf,
  SECONDARY,
  votesOf,
  type MemberConfig,
  type MemberStatus,
  type ReplicaSetConfig,
  type ReplicaSetStatus,
} from '../replica-set/replica-set-config.ts';
import type { HealthReason, HealthStatus, MemberHealth, OplogWindow } from './database.dto.ts';
import type { MemberFacts } from './member-facts.ts';

/** From where on something is said about a figure. Disk as the alerts of volumes have it. */
export const LIMITS = {
  lagSeconds: { degraded: 10, unhealthy: 120 },
  diskUsedRatio: { degraded: 0.8, unhealthy: 0.95 },
  connectionsUsedRatio: { degraded: 0.8, unhealthy: 0.95 },
  /** A secondary that is away for longer than this has to be copied anew. */
  oplogWindowHours: { degraded: 24, unhealthy: 1 },
  /** Below it the oplog has not come round yet: its window still grows. */
  oplogFilledRatio: 0.9,
  /** A view of a member that is older than this says little. */
  heartbeatSeconds: 15,
} as const;

/** A set as one of its members sees it, and what each member says of itself. */
export interface ReplicaSetFacts {
  status: ReplicaSetStatus & { date: Date };
  config: ReplicaSetConfig;
  /** By host; undefined where a member does not answer this service. */
  facts: ReadonlyMap<string, MemberFacts | undefined>;
}

type Limit = Readonly<{ degraded: number; unhealthy: number }>;

/** The worst of the reasons; healthy without one. */
export function statusOf(reasons: readonly HealthReason[]): HealthStatus {
  if (reasons.some(({ severity }) => severity === 'unhealthy')) return 'unhealthy';
  return reasons.length > 0 ? 'degraded' : 'healthy';
}

export function memberHealth({ status, config, facts }: ReplicaSetFacts): MemberHealth[] {
  const head = primaryOf(status) ?? newest(status.members);
  return status.members.map((member) => {
    const settings = config.members.find(({ host }) => host === member.name);
    const told = facts.get(member.name);
    return {
      ...seenOf(member),
      lagSeconds: lagSeconds(member, head, settings?.secondaryDelaySecs),
      delaySeconds: settings?.secondaryDelaySecs ?? 0,
      votes: settings ? votesOf(settings) : 0,
      answers: told !== undefined,
      ...{ version: told?.version ?? null, connections: told?.connections ?? null, disk: told?.disk ?? null },
    };
  });
}

type Seen = 'host' | 'state' | 'isUp' | 'lastAppliedAt' | 'lastHeartbeatAt' | 'uptimeSeconds' | 'syncSource';

/** What the others see of it; of one that is away they remember nothing worth showing. */
function seenOf(member: MemberStatus): Pick<MemberHealth, Seen> {
  const { name: host, health, stateStr, lastHeartbeat = null, syncSourceHost } = member;
  if (health !== 1)
    return {
      ...{ host, state: 'DOWN', isUp: false, lastAppliedAt: null, lastHeartbeatAt: lastHeartbeat },
      ...{ uptimeSeconds: null, syncSource: null },
    };
  return {
    ...{ host, state: stateStr, isUp: isUp(member), lastHeartbeatAt: lastHeartbeat },
    lastAppliedAt: member.lastAppliedWallTime ?? member.optimeDate ?? null,
    uptimeSeconds: member.uptime ?? null,
    syncSource: syncSourceHost === undefined || syncSourceHost === '' ? null : syncSourceHost,
  };
}

/** Everything that is wrong with a set, the worst first. */
export function replicaSetReasons(set: ReplicaSetFacts, members: readonly MemberHealth[]): HealthReason[] {
  const reasons = [...electionReasons(set), ...members.flatMap((member) => memberReasons(member, set))];
  const blocked = [...set.facts.values()].some((told) => told?.areWritesBlocked);
  if (blocked) reasons.push(degradedBy('WRITES_BLOCKED', 'user writes are held, by a restore or a strict backup'));
  return sorted(reasons);
}

/** What is wrong with one server's own figures, whatever it is a part of. */
export function serverReasons(
  { connections, disk }: Pick<MemberFacts, 'connections' | 'disk'>,
  host?: string,
): HealthReason[] {
  const all = connections.current + connections.available;
  const who = host === undefined ? 'the server' : 'the member';
  return [
    ...above('CONNECTIONS_HIGH', connections.current / Math.max(all, 1), LIMITS.connectionsUsedRatio, host, (used) => {
      return `${who} has used ${percent(used)} of the connections it takes`;
    }),
    ...above('DISK_FILLING', disk ? disk.usedBytes / disk.totalBytes : 0, LIMITS.diskUsedRatio, host, (used) => {
      return `the file system of ${who} is ${percent(used)} full`;
    }),
  ];
}

/** The window of the member that is asked to be the primary, else the shortest that is known. */
export function oplogWindow({ status, facts }: ReplicaSetFacts): OplogWindow | null {
  const primary = primaryOf(status)?.name;
  const known = [...facts].flatMap(([host, told]) => (told?.oplog ? [{ host, ...told.oplog }] : []));
  const chosen = known.find(({ host }) => host === primary) ?? known.at(0);
  if (!chosen) return null;
  const { host, from, to, sizeBytes, maxBytes } = chosen;
  const isFull = sizeBytes >= maxBytes * LIMITS.oplogFilledRatio;
  return { host, from, to, windowSeconds: (to.getTime() - from.getTime()) / 1_000, sizeBytes, maxBytes, isFull };
}

/** A window that is short because the set is young is no reason. */
export function oplogReasons(window: OplogWindow | null): HealthReason[] {
  if (!window) return [degradedBy('OPLOG_UNKNOWN', 'no member tells how far its oplog reaches back')];
  if (!window.isFull) return [];
  const hours = window.windowSeconds / 3_600;
  const { degraded, unhealthy } = LIMITS.oplogWindowHours;
  if (hours >= degraded) return [];
  const message = `the oplog reaches back ${hours.toFixed(1)} hours: a member that is away for longer has to be copied anew; enlarge it (MONGO_OPLOG_SIZE)`;
  return [{ severity: hours < unhealthy ? 'unhealthy' : 'degraded', code: 'OPLOG_SHORT', host: window.host, message }];
}

export function degradedBy(code: string, message: string, host?: string): HealthReason {
  return { severity: 'degraded', code, host: host ?? null, message };
}

export function unhealthyBy(code: string, message: string, host?: string): HealthReason {
  return { severity: 'unhealthy', code, host: host ?? null, message };
}

function electionReasons({ status, config }: ReplicaSetFacts): HealthReason[] {
  const reasons: HealthReason[] = [];
  const voters = config.members.filter((member) => votesOf(member) > 0);
  const up = voters.filter(({ host }) => status.members.some((member) => member.name === host && isUp(member)));
  const majority = majorityOf(config);
  if (!primaryOf(status)) reasons.push(unhealthyBy('NO_PRIMARY', 'no member is primary: nothing can be written now'));
  if (up.length < majority) {
    const message = `${String(up.length)} of ${String(voters.length)} voting members take part, an election needs ${String(majority)}`;
    reasons.push(unhealthyBy('NO_MAJORITY', message));
  } else if (up.length === majority) {
    const rest = `${String(up.length)} of ${String(voters.length)} take part`;
    const message =
      voters.length === 1
        ? 'the set has one voting member: nobody takes over when it fails'
        : `if one more voting member fails, nobody can be elected (${rest})`;
    reasons.push(degradedBy('NO_SPARE_MEMBER', message));
  }
  if (voters.length % 2 === 0) {
    const message = `${String(voters.length)} voting members stand no more failures than ${String(voters.length - 1)}`;
    reasons.push(degradedBy('EVEN_VOTES', message));
  }
  return reasons;
}

function memberReasons(member: MemberHealth, { status, config }: ReplicaSetFacts): HealthReason[] {
  const { host } = member;
  const seen = status.members.find(({ name }) => name === host);
  const settings = config.members.find((candidate) => candidate.host === host);
  if (!seen) return [];
  if (!isUp(seen)) return [downReason(seen)];
  const reasons = serverReasons(
    { connections: member.connections ?? { current: 0, available: 0 }, disk: member.disk },
    host,
  );
  if (!member.answers && mayAnswer(settings)) {
    const message =
      'the set sees the member, but this service does not reach it: its disk and connections are not known';
    reasons.push(degradedBy('MEMBER_NOT_REACHED', message, host));
  }
  if (seen.state === SECONDARY) reasons.push(...lagReasons(member, seen, status.date));
  return reasons;
}

function lagReasons(member: MemberHealth, seen: MemberStatus, at: Date): HealthReason[] {
  const silence = seen.self || !seen.lastHeartbeat ? 0 : (at.getTime() - seen.lastHeartbeat.getTime()) / 1_000;
  if (silence > LIMITS.heartbeatSeconds) {
    const message = `no heartbeat came for ${silence.toFixed(0)} s: its lag is not known`;
    return [degradedBy('HEARTBEAT_OLD', message, member.host)];
  }
  return above('REPLICATION_LAG', member.lagSeconds ?? 0, LIMITS.lagSeconds, member.host, (lag) => {
    return `the member is ${lag.toFixed(1)} s behind the primary`;
  });
}

function downReason({ name, stateStr, health }: MemberStatus): HealthReason {
  if (health !== 1) return degradedBy('MEMBER_DOWN', 'the member does not answer the others', name);
  return degradedBy('MEMBER_NOT_READY', `the member is ${stateStr}: it neither serves reads nor can be elected`, name);
}

/** An arbiter holds no data and knows no users. */
function mayAnswer(settings: MemberConfig | undefined): boolean {
  return settings?.arbiterOnly !== true;
}

function above(
  code: string,
  value: number,
  limit: Limit,
  host: string | undefined,
  tell: (value: number) => string,
): HealthReason[] {
  if (value < limit.degraded) return [];
  return [
    { severity: value >= limit.unhealthy ? 'unhealthy' : 'degraded', code, host: host ?? null, message: tell(value) },
  ];
}

function sorted(reasons: HealthReason[]): HealthReason[] {
  const rank = ({ severity }: HealthReason): number => (severity === 'unhealthy' ? 0 : 1);
  return reasons.toSorted((a, b) => rank(a) - rank(b));
}

function newest(members: readonly MemberStatus[]): MemberStatus | undefined {
  const timed = members.filter(({ state, health }) => health === 1 && state !== ARBITER);
  const timeOf = ({ lastAppliedWallTime, optimeDate }: MemberStatus): number =>
    (lastAppliedWallTime ?? optimeDate)?.getTime() ?? 0;
  return timed.toSorted((a, b) => timeOf(b) - timeOf(a)).at(0);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

/** Whether it holds data that can be asked for. */
export function holdsData({ state, health }: MemberStatus): boolean {
  return health === 1 && (state === PRIMARY || state === SECONDARY);
}
