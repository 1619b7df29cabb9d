import type { Finding } from '../cluster/findings.ts';
import type {
  ConfigurationDto,
  MemberConfigDto,
  MemberDto,
  ReconfigurationPlan,
  ReplicaSetDto,
} from './replica-set.dto.ts';
import { isAllowed } from '../cluster/findings.ts';
import {
  isUp,
  lagSeconds,
  majorityOf,
  primaryOf,
  priorityOf,
  votesOf,
  votingMembers,
  type MemberConfig,
  type MemberStatus,
  type ReplicaSetConfig,
  type ReplicaSetStatus,
} from './replica-set-config.ts';
import type { OplogWindow, StoredConfig } from './replica-set.repository.ts';

export function presentConfig({ version, term, members }: ReplicaSetConfig): ConfigurationDto {
  return { version, term: term ?? null, members: members.map(presentMember) };
}

export function presentPlan(
  findings: Finding[],
  before: ReplicaSetConfig,
  after: ReplicaSetConfig,
): ReconfigurationPlan {
  return { isAllowed: isAllowed(findings), findings, before: presentConfig(before), after: presentConfig(after) };
}

export function presentReplicaSet(
  status: ReplicaSetStatus,
  { config, isCommitted }: StoredConfig,
  oplog: OplogWindow | null,
): ReplicaSetDto {
  const primary = primaryOf(status);
  const states = new Map(status.members.map((member) => [member._id, member]));
  const voting = votingMembers(config);
  const up = voting.filter(({ _id }) => {
    const state = states.get(_id);
    return state !== undefined && isUp(state);
  }).length;
  const majority = majorityOf(config);
  return {
    name: config._id,
    primary: primary?.name ?? null,
    term: status.term ?? null,
    ...{ configVersion: config.version, configTerm: config.term ?? null, isConfigCommitted: isCommitted },
    ...{ votingMembers: voting.length, majority, votingMembersUp: up, faultTolerance: up - majority },
    electionTimeoutMs: config.settings?.electionTimeoutMillis ?? null,
    oplog: oplog && { ...oplog, windowSeconds: Math.round((oplog.lastAt.getTime() - oplog.firstAt.getTime()) / 1000) },
    members: config.members.map((member) => presentState(member, states.get(member._id), primary)),
  };
}

function presentMember(member: MemberConfig): MemberConfigDto {
  const { _id: id, host, hidden = false, arbiterOnly: arbiter = false, buildIndexes: buildsIndexes = true } = member;
  const { secondaryDelaySecs: delaySeconds = 0, tags = {} } = member;
  const [votes, priority] = [votesOf(member), priorityOf(member)];
  return { id, host, votes, priority, hidden, arbiter, delaySeconds, buildsIndexes, tags };
}

function presentState(member: MemberConfig, state: MemberStatus | undefined, primary?: MemberStatus): MemberDto {
  const { stateStr = 'UNKNOWN', health = 0, uptime = null, pingMs = null, syncSourceHost = '' } = state ?? {};
  const { configVersion = -1, optimeDate, lastHeartbeat } = state ?? {};
  return {
    ...presentMember(member),
    ...{ state: stateStr, isHealthy: health === 1 },
    lagSeconds: state ? lagSeconds(state, primary, member.secondaryDelaySecs) : null,
    optimeAt: heardAt(optimeDate),
    syncSource: syncSourceHost === '' ? null : syncSourceHost,
    ...{ uptimeSeconds: uptime, pingMs, lastHeartbeatAt: heardAt(lastHeartbeat) },
    configVersion: configVersion < 0 ? null : configVersion,
  };
}

/** A member that was never heard of has the beginning of time. */
function heardAt(date: Date | undefined): Date | null {
  return date && date.getTime() > 0 ? date : null;
}
