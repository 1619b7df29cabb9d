import { type Finding, refusal, warning } from '../cluster/findings.ts';
import { isLocalHost } from './member-host.ts';
import {
  implicitWriteConcern,
  isElectable,
  isUp,
  majorityOf,
  MAX_MEMBERS,
  MAX_VOTING_MEMBERS,
  priorityOf,
  primaryOf,
  votesOf,
  votingMembers,
  type MemberConfig,
  type ReplicaSetConfig,
  type ReplicaSetStatus,
} from './replica-set-config.ts';

type Members = Pick<ReplicaSetConfig, 'members'>;

export interface ConfigurationChange {
  before: ReplicaSetConfig;
  after: Members;
  status: ReplicaSetStatus;
  /** Nobody has set a default write concern (`setDefaultRWConcern`). */
  hasImplicitWriteConcern: boolean;
}

/** Everything that holds for any change of the members, whatever it is for. Pure. */
export function checkConfiguration(change: ConfigurationChange): Finding[] {
  return [
    ...checkLimits(change),
    ...change.after.members.flatMap(checkMember),
    ...checkMajority(change),
    ...checkPrimary(change),
    ...checkWriteConcern(change),
    ...adviseOn(change),
  ];
}

function checkLimits({ before, after }: ConfigurationChange): Finding[] {
  const found: Finding[] = [];
  const voting = votingMembers(after);
  if (after.members.length > MAX_MEMBERS)
    found.push(refusal('TOO_MANY_MEMBERS', `a set has ${String(MAX_MEMBERS)} members at most`));
  if (voting.length > MAX_VOTING_MEMBERS) {
    const message = `a set has ${String(MAX_VOTING_MEMBERS)} voting members at most: send votes 0 and priority 0`;
    found.push(refusal('TOO_MANY_VOTES', message));
  }
  if (!after.members.some(isElectable))
    found.push(refusal('NO_ELECTABLE_MEMBER', 'no member could become primary any more: none has a priority above 0'));
  if (votingDifference(before, after) > 1)
    found.push(refusal('MORE_THAN_ONE_VOTE', 'a change may add or take away one vote only: change one at a time'));
  const local = after.members.filter(({ host }) => isLocalHost(host)).length;
  if (local > 0 && local < after.members.length) {
    const message = 'either every member or none is named as localhost: use the name by which the others reach it';
    found.push(refusal('LOCALHOST_MIXED', message));
  }
  return found;
}

function votingDifference(before: Members, after: Members): number {
  const was = new Set(votingMembers(before).map(({ _id }) => _id));
  const is = new Set(votingMembers(after).map(({ _id }) => _id));
  return [...was].filter((id) => !is.has(id)).length + [...is].filter((id) => !was.has(id)).length;
}

/** Rules of one member: https://www.mongodb.com/docs/manual/reference/replica-configuration/ */
function checkMember(member: MemberConfig): Finding[] {
  const found: Finding[] = [];
  const priority = priorityOf(member);
  const votes = votesOf(member);
  const delay = member.secondaryDelaySecs ?? 0;
  const bad = (code: string, message: string): number =>
    found.push(refusal(code, `member ${String(member._id)}: ${message}`));
  if (votes === 0 && priority > 0) bad('PRIORITY_WITHOUT_VOTE', 'without a vote its priority must be 0');
  if (member.hidden === true && priority > 0) bad('HIDDEN_WITH_PRIORITY', 'hidden, its priority must be 0');
  if (delay > 0 && priority > 0) bad('DELAYED_WITH_PRIORITY', 'delayed, its priority must be 0');
  if (member.arbiterOnly === true) {
    if (votes === 0) bad('ARBITER_WITHOUT_VOTE', 'an arbiter is there to vote: votes must be 1');
    if (priority > 1) bad('ARBITER_PRIORITY', 'an arbiter has priority 0');
    if (delay > 0 || member.hidden === true) bad('ARBITER_OPTIONS', 'an arbiter is neither hidden nor delayed');
  } else if (delay > 0 && member.hidden !== true) {
    const message = `member ${String(member._id)} is delayed and not hidden: clients may read its old data`;
    found.push(warning('DELAYED_AND_VISIBLE', message));
  }
  return found;
}

/** Do enough of the members that vote afterwards answer now? One that is not in the status is new, and was just asked. */
function checkMajority({ after, status }: ConfigurationChange): Finding[] {
  const states = new Map(status.members.map((member) => [member._id, member]));
  const voting = votingMembers(after);
  const down = voting.filter(({ _id }) => {
    const state = states.get(_id);
    return state !== undefined && !isUp(state);
  });
  const needed = majorityOf(after);
  const up = voting.length - down.length;
  if (up >= needed) return [];
  const message = `only ${String(up)} of ${String(voting.length)} voting members would be up, and ${String(needed)} are needed: bring back ${named(down)} first`;
  return [refusal('MAJORITY_LOST', message)];
}

function checkPrimary({ after, status }: ConfigurationChange): Finding[] {
  const primary = primaryOf(status);
  if (!primary) return [refusal('NO_PRIMARY', 'the set has no primary now, and only a primary can change it')];
  const kept = after.members.find(({ _id }) => _id === primary._id);
  if (!kept) return []; // who takes members out asks for it
  if (isElectable(kept)) return [];
  return [refusal('IS_PRIMARY', `member ${String(kept._id)} is primary and must stay electable: step it down first`)];
}

function checkWriteConcern({ before, after, hasImplicitWriteConcern }: ConfigurationChange): Finding[] {
  if (!hasImplicitWriteConcern || implicitWriteConcern(before) === implicitWriteConcern(after)) return [];
  const message =
    'this would change the default write concern, which nobody has set: set it first, with setDefaultRWConcern {defaultWriteConcern: {w: "majority"}}';
  return [refusal('WRITE_CONCERN_CHANGES', message)];
}

function adviseOn({ before, after, status }: ConfigurationChange): Finding[] {
  const found: Finding[] = [];
  const voting = votingMembers(after);
  if (voting.length % 2 === 0)
    found.push(warning('EVEN_VOTES', 'an even number of votes stands no more failures than one vote less'));
  if (voting.length - majorityOf(after) === 0)
    found.push(warning('NO_FAULT_TOLERANCE', 'when one voting member fails there is no primary any more'));
  if (after.members.filter(({ arbiterOnly }) => arbiterOnly === true).length > 1)
    found.push(warning('MANY_ARBITERS', 'more than one arbiter puts majority writes at risk'));
  const primary = primaryOf(status);
  const of = (config: Members): number =>
    priorityOf(config.members.find(({ _id }) => _id === primary?._id) ?? { _id: 0, host: '' });
  const highest = (config: Members): number => Math.max(0, ...config.members.map(priorityOf));
  const isOutvoted = (config: Members): boolean => highest(config) > of(config);
  if (primary && isOutvoted(after) && !isOutvoted(before))
    found.push(warning('ELECTION_FOLLOWS', 'a member will have a higher priority than the primary and take its place'));
  return found;
}

function named(members: readonly MemberConfig[]): string {
  return members.map(({ _id }) => `member ${String(_id)}`).join(', ');
}
