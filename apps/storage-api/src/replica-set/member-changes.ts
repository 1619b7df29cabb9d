import type { ReplicaSetAddMemberPayload } from '@lucid/jobs/contracts/replica-set-add-member';
import { type Finding, refusal, warning } from '../cluster/findings.ts';
import type { Probe } from './replica-set.repository.ts';
import {
  isElectable,
  lagSeconds,
  primaryOf,
  SECONDARY,
  type MemberConfig,
  type ReplicaSetConfig,
  type ReplicaSetStatus,
} from './replica-set-config.ts';

type Members = Pick<ReplicaSetConfig, 'members'>;

/** What of a member can be changed while it is in the set. */
export interface MemberSettings {
  priority?: number;
  votes?: 0 | 1;
  hidden?: boolean;
  delaySeconds?: number;
  tags?: Record<string, string>;
}

/** The member as it is asked for, with its votes and its priority. */
export function wantedMember(memberId: number, host: string, asked: ReplicaSetAddMemberPayload): MemberConfig {
  const arbiter = asked.arbiter ?? false;
  const hidden = asked.hidden ?? false;
  const votes = asked.votes ?? 1;
  const delay = asked.delaySeconds ?? 0;
  const mayLead = !arbiter && votes === 1 && !hidden && delay === 0;
  const member = { _id: memberId, host, votes, priority: asked.priority ?? (mayLead ? 1 : 0), hidden };
  if (arbiter) return { ...member, arbiterOnly: true };
  return { ...member, secondaryDelaySecs: delay, tags: asked.tags ?? {} };
}

/**
 * How it joins: without vote and priority, so that it counts for nothing while it copies the data. An arbiter copies nothing and
 * has to vote. https://www.mongodb.com/docs/manual/tutorial/expand-replica-set/
 */
export function joiningMember(wanted: MemberConfig): MemberConfig {
  return wanted.arbiterOnly === true ? wanted : { ...wanted, votes: 0, priority: 0 };
}

/** Undefined where nothing is left to be done. */
export function withMember(config: ReplicaSetConfig, member: MemberConfig): ReplicaSetConfig | undefined {
  if (config.members.some(({ _id }) => _id === member._id)) return undefined;
  return { ...config, members: [...config.members, member] };
}

/** Undefined where nothing is left to be done. */
export function withoutMember(config: ReplicaSetConfig, memberId: number): ReplicaSetConfig | undefined {
  const members = config.members.filter(({ _id }) => _id !== memberId);
  return members.length === config.members.length ? undefined : { ...config, members };
}

/** Undefined where it is so already. */
export function withSettings(
  config: ReplicaSetConfig,
  memberId: number,
  settings: MemberSettings,
): ReplicaSetConfig | undefined {
  const { delaySeconds, ...rest } = settings;
  const changes = { ...rest, ...(delaySeconds !== undefined && { secondaryDelaySecs: delaySeconds }) };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined && value !== null);
  let isChanged = false;
  const members = config.members.map((member) => {
    if (member._id !== memberId) return member;
    const next = { ...member, ...Object.fromEntries(given) };
    isChanged = canonical(next) !== canonical(member);
    return next;
  });
  return isChanged ? { ...config, members } : undefined;
}

function canonical(member: MemberConfig): string {
  const { tags = {}, votes = 1, priority = 1, hidden = false, secondaryDelaySecs = 0 } = member;
  return JSON.stringify([votes, priority, hidden, secondaryDelaySecs, Object.entries(tags).sort()]);
}

/** What the server that is to join said of itself. */
export function checkProbe(probe: Probe, config: Members & { _id: string }, primaryWireVersion: number): Finding[] {
  switch (probe.kind) {
    case 'unreachable':
      return [
        refusal('UNREACHABLE', 'nothing answers there as MongoDB does: start mongod, and check name, port and TLS'),
      ];
    case 'router':
      return [refusal('IS_ROUTER', 'this is a mongos, which is no member of anything')];
    case 'standalone':
      return [refusal('NOT_A_REPLICA', `this mongod runs by itself: start it with --replSet ${config._id}`)];
    case 'other-set':
    case 'same-name':
      return [
        refusal('OTHER_SET', 'this mongod belongs to another replica set: take it out there and empty its data folder'),
      ];
    case 'member':
      return [refusal('ALREADY_MEMBER', 'this mongod is a member already, under another name')];
    case 'empty':
      if (probe.wireVersion === primaryWireVersion) return [];
      return [
        warning(
          'OTHER_VERSION',
          'it runs another version of MongoDB: a set may mix neighbouring ones for an upgrade only',
        ),
      ];
  }
}

export interface StepDownLimits {
  catchUpSeconds: number;
}

/** Is there somebody who can take over? A member without reported lag counts as behind. */
export function checkStepDown(
  config: Members,
  status: ReplicaSetStatus,
  { catchUpSeconds }: StepDownLimits,
): Finding[] {
  const primary = primaryOf(status);
  if (!primary) return [refusal('NO_PRIMARY', 'the set has no primary now: there is nobody to step down')];
  const others = config.members.filter((member) => member._id !== primary._id && isElectable(member));
  if (others.length === 0)
    return [refusal('NO_ELECTABLE_MEMBER', 'no other member has a priority above 0: give one to a secondary first')];
  const states = new Map(status.members.map((member) => [member._id, member]));
  const ready = others.filter(({ _id }) => {
    const state = states.get(_id);
    const lag = state?.state === SECONDARY ? lagSeconds(state, primary) : null;
    return lag !== null && lag <= catchUpSeconds;
  });
  if (ready.length > 0) return [];
  const message = `no electable secondary is within ${String(catchUpSeconds)} s of the primary: wait until one has caught up, or allow more with catchUpSeconds`;
  return [refusal('NOBODY_CAUGHT_UP', message)];
}
