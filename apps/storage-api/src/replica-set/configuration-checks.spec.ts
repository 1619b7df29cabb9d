import { checkConfiguration, type ConfigurationChange } from './configuration-checks.ts';
import { withMember, withoutMember, withSettings } from './member-changes.ts';
import {
  implicitWriteConcern,
  type MemberConfig,
  type ReplicaSetConfig,
  type ReplicaSetStatus,
} from './replica-set-config.ts';

/** Members 0, 1, 2 …; the first is primary. */
function setOf(...members: Partial<MemberConfig>[]): ReplicaSetConfig {
  return { _id: 'rs', version: 1, members: members.map((more, _id) => ({ _id, host: `m${String(_id)}:1`, ...more })) };
}

function statusOf({ members }: ReplicaSetConfig, ...down: number[]): ReplicaSetStatus {
  return {
    set: 'rs',
    members: members.map(({ _id, host }) => {
      const state = down.includes(_id) ? 8 : _id === 0 ? 1 : 2;
      return { _id, name: host, health: state === 8 ? 0 : 1, state, stateStr: String(state) };
    }),
  };
}

function refusals(
  before: ReplicaSetConfig,
  after: Pick<ReplicaSetConfig, 'members'>,
  more: Partial<ConfigurationChange> = {},
) {
  const change = { before, after, status: statusOf(before), hasImplicitWriteConcern: false, ...more };
  return checkConfiguration(change)
    .filter(({ severity }) => severity === 'refusal')
    .map(({ code }) => code);
}

const three = setOf({}, {}, {});
const secondary = (id: number, more: Partial<MemberConfig> = {}): MemberConfig => ({
  _id: id,
  host: `m${String(id)}:1`,
  ...more,
});
const added = (config: ReplicaSetConfig, member: MemberConfig): ReplicaSetConfig =>
  withMember(config, member) ?? config;
const removed = (config: ReplicaSetConfig, id: number): ReplicaSetConfig => withoutMember(config, id) ?? config;

describe('checkConfiguration', () => {
  it('lets a member come, go and change', () => {
    expect(refusals(three, added(three, secondary(3)))).toEqual([]);
    expect(refusals(three, removed(three, 2))).toEqual([]);
    expect(refusals(three, withSettings(three, 2, { priority: 0, hidden: true }) ?? three)).toEqual([]);
  });

  it('keeps to seven votes and fifty members', () => {
    const seven = setOf({}, {}, {}, {}, {}, {}, {});
    expect(refusals(seven, added(seven, secondary(7)))).toEqual(['TOO_MANY_VOTES']);
    expect(refusals(seven, added(seven, secondary(7, { votes: 0, priority: 0 })))).toEqual([]);
    const fifty = setOf(...seven.members, ...Array.from({ length: 43 }, () => ({ votes: 0, priority: 0 })));
    expect(refusals(fifty, added(fifty, secondary(50, { votes: 0, priority: 0 })))).toEqual(['TOO_MANY_MEMBERS']);
  });

  it('changes one vote at a time', () => {
    expect(refusals(three, { members: [secondary(0)] })).toContain('MORE_THAN_ONE_VOTE');
  });

  it.each([
    [[], [2], []],
    [[2], [2], []],
    [[1], [2], ['MAJORITY_LOST']],
    [[1, 2], [], ['MAJORITY_LOST']],
  ])('with members %j down and %j taken out: %j', (down, out, expected) => {
    const after = out.reduce(removed, three);
    expect(refusals(three, after, { status: statusOf(three, ...down) })).toEqual(expected);
  });

  it('keeps the primary electable, and needs one', () => {
    expect(refusals(three, withSettings(three, 0, { priority: 0 }) ?? three)).toEqual(['IS_PRIMARY']);
    expect(refusals(three, added(three, secondary(3)), { status: statusOf(three, 0) })).toEqual(['NO_PRIMARY']);
  });

  it.each<[Partial<MemberConfig>, string]>([
    [{ votes: 0 }, 'PRIORITY_WITHOUT_VOTE'],
    [{ hidden: true }, 'HIDDEN_WITH_PRIORITY'],
    [{ secondaryDelaySecs: 60 }, 'DELAYED_WITH_PRIORITY'],
    [{ arbiterOnly: true, votes: 0, priority: 0 }, 'ARBITER_WITHOUT_VOTE'],
    [{ arbiterOnly: true, priority: 5 }, 'ARBITER_PRIORITY'],
    [{ arbiterOnly: true, priority: 0, secondaryDelaySecs: 5 }, 'ARBITER_OPTIONS'],
    [{ host: 'localhost:1' }, 'LOCALHOST_MIXED'],
  ])('refuses the member %j', (member, code) => {
    expect(refusals(three, added(three, secondary(3, member)))).toContain(code);
  });

  it('refuses what would change the write concern that nobody has set', () => {
    const two = setOf({}, {});
    const withArbiter = added(two, secondary(2, { arbiterOnly: true, priority: 0 }));
    expect([implicitWriteConcern(two), implicitWriteConcern(withArbiter)]).toEqual(['majority', '1']);
    expect(refusals(two, withArbiter, { hasImplicitWriteConcern: true })).toEqual(['WRITE_CONCERN_CHANGES']);
    expect(refusals(two, withArbiter)).toEqual([]);
    const four = setOf({}, {}, {}, {});
    const five = added(four, secondary(4, { arbiterOnly: true, priority: 0 }));
    expect(implicitWriteConcern(five)).toBe('majority');
  });

  it('warns of what is allowed and unwise', () => {
    const advice = (after: ReplicaSetConfig): string[] =>
      checkConfiguration({ before: three, after, status: statusOf(three), hasImplicitWriteConcern: false }).map(
        ({ code }) => code,
      );
    expect(advice(removed(three, 2))).toEqual(['EVEN_VOTES', 'NO_FAULT_TOLERANCE']);
    expect(advice(withSettings(three, 2, { priority: 9 }) ?? three)).toEqual(['ELECTION_FOLLOWS']);
    expect(advice(withSettings(three, 2, { priority: 0, delaySeconds: 60 }) ?? three)).toEqual(['DELAYED_AND_VISIBLE']);
  });
});
