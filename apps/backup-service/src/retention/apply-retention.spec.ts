import type { Backup } from '@lucid/models/main/backups';
import type { RetentionPolicy } from '@lucid/models/retention-policy';
import fc from 'fast-check';
import { applyRetention, type RetentionDecision } from './apply-retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date('2026-11-21T12:00:00Z');

let made = 0;
function backup(createdAt: Date | string, more: Partial<Backup> = {}): Backup {
  const _id = `bkp_${String((made += 1)).padStart(16, '0')}`;
  return { _id, created_at: new Date(createdAt), repository: 'default', schedule_id: 'sch_nightly', ...more };
}

/** One each day at 02:00 UTC, today's first. */
function nightly(count: number): Backup[] {
  return Array.from({ length: count }, (_, days) => backup(new Date(Date.UTC(2026, 10, 21 - days, 2))));
}

function apply(
  backups: readonly Backup[],
  policy: RetentionPolicy,
  { timezone = 'UTC', now = NOW, needed }: { timezone?: string; now?: Date; needed?: Map<string, string> } = {},
): RetentionDecision[] {
  return applyRetention(backups, { now, policyOf: () => ({ ...policy, timezone }), ...(needed && { needed }) });
}

const keptDays = (backups: readonly Backup[], decisions: readonly RetentionDecision[]): string[] =>
  decisions
    .filter(({ keep }) => keep)
    .map(({ backupId }) =>
      backups
        .find(({ _id }) => _id === backupId)!
        .created_at.toISOString()
        .slice(0, 10),
    );

const reasonsOf = (one: Backup, decisions: readonly RetentionDecision[]): string[] =>
  decisions.find(({ backupId }) => backupId === one._id)!.reasons;

describe('the rules', () => {
  it('keep what is newer than so many days', () => {
    const backups = nightly(40);
    const decisions = apply(backups, { days: 30 });
    expect(decisions.filter(({ keep }) => keep)).toHaveLength(30);
    expect(decisions.at(0)?.reasons).toEqual(['the last one', 'newer than 30 days']);
    expect(decisions.at(-1)).toMatchObject({ keep: false, reasons: ['no rule keeps it'] });
  });

  it('keep the newest of each hour, day, week, month and year, each with its reason', () => {
    const backups = nightly(800);
    const decisions = apply(backups, { daily: 3, weekly: 2, monthly: 2, yearly: 3 });
    expect(keptDays(backups, decisions)).toEqual([
      ...['2026-11-21', '2026-11-20', '2026-11-19', '2026-11-15', '2026-10-31', '2025-12-31', '2024-12-31'],
    ]);
    expect(reasonsOf(backups[0]!, decisions)).toEqual([
      ...['the last one', 'daily 1 of 3: 2026-11-21', 'weekly 1 of 2: 2026-W47'],
      ...['monthly 1 of 2: 2026-11', 'yearly 1 of 3: 2026'],
    ]);
    expect(reasonsOf(backups[2]!, decisions)).toEqual(['daily 3 of 3: 2026-11-19']);
  });

  it('count ISO weeks, which belong to the year of their Thursday', () => {
    const backups = ['2027-01-04T02:00Z', '2027-01-03T02:00Z', '2026-12-28T02:00Z', '2026-12-27T02:00Z'].map((at) =>
      backup(at),
    );
    const decisions = apply(backups, { weekly: 3 }, { now: new Date('2027-01-04T12:00Z') });
    expect(decisions.map(({ reasons }) => reasons.at(-1))).toEqual([
      ...['weekly 1 of 3: 2027-W01', 'weekly 2 of 3: 2026-W53', 'no rule keeps it', 'weekly 3 of 3: 2026-W52'],
    ]);
  });

  it('begin a day where the zone of the schedule does', () => {
    const backups = [backup('2026-11-20T23:30Z'), backup('2026-11-20T22:30Z'), backup('2026-11-19T23:30Z')];
    expect(apply(backups, { daily: 2 }).map(({ keep }) => keep)).toEqual([true, false, true]);
    const vienna = apply(backups, { daily: 2 }, { timezone: 'Europe/Vienna' });
    expect(vienna.map(({ reasons }) => reasons.at(-1))).toEqual([
      ...['daily 1 of 2: 2026-11-21', 'daily 2 of 2: 2026-11-20', 'no rule keeps it'],
    ]);
  });

  it('tell the two hours apart that are called the same when the clocks are set back', () => {
    const backups = [backup('2026-10-25T01:30Z'), backup('2026-10-25T00:30Z')];
    const decisions = apply(backups, { hourly: 2 }, { timezone: 'Europe/Vienna' });
    expect(decisions.map(({ reasons }) => reasons.at(-1))).toEqual([
      'hourly 1 of 2: 2026-10-25 02:00 +01:00',
      'hourly 2 of 2: 2026-10-25 02:00 +02:00',
    ]);
  });

  it('count each schedule for itself, and what was made on demand', () => {
    const backups = ['sch_a', 'sch_b', null].map((schedule_id) => backup('2026-01-01T00:00Z', { schedule_id }));
    for (const { reasons } of apply(backups, { days: 1 })) expect(reasons).toEqual(['the only one']);
  });

  it('remove nothing where none is set', () => {
    for (const policy of [{}, { days: 0, daily: 0 }])
      expect(apply(nightly(50), policy).every(({ keep }) => keep)).toBe(true);
  });
});

describe('whatever the rules', () => {
  const old = nightly(40).slice(35);
  const policy = { days: 1 };

  it('the newest stays', () => {
    expect(apply(old, policy).map(({ keep }) => keep)).toEqual([true, false, false, false, false]);
  });

  it('the last verified one stays; a look at the manifest alone is no substitute', () => {
    const [, , manifest, plain, earlier] = old.map((one, index) => ({
      ...one,
      last_verified_at: index > 1 ? NOW : null,
      last_verified_level: index === 2 ? 'manifest' : 'plaintext',
    }));
    const all = [...old.slice(0, 2), manifest!, plain!, earlier!];
    expect(apply(all, policy).map(({ keep }) => keep)).toEqual([true, false, false, true, false]);
    expect(reasonsOf(plain!, apply(all, policy))).toEqual(['last verified']);
    expect(reasonsOf(manifest!, apply(all.slice(0, 3), policy))).toEqual(['last verified']);
  });

  it('one that a drill brought back counts as verified, one that it did not does not', () => {
    const drilled = { ...old[2]!, last_drilled_at: NOW, last_drill_ok: true };
    const failed = { ...old[1]!, last_drilled_at: NOW, last_drill_ok: false };
    const decisions = apply([old[0]!, failed, drilled], policy);
    expect(decisions.map(({ keep }) => keep)).toEqual([true, false, true]);
    expect(reasonsOf(drilled, decisions)).toEqual(['last verified']);
  });

  it('the last complete one stays, and stands for its period before one that lacks a part', () => {
    const [newest, second, complete, other] = old.map((one, index) => ({ ...one, is_degraded: index < 2 }));
    const all = [newest!, second!, complete!, other!];
    expect(apply(all, policy).map(({ reasons }) => reasons)).toEqual([
      ...[['the last one'], ['no rule keeps it'], ['the last complete one'], ['no rule keeps it']],
    ]);
    const monthly = apply(all, { monthly: 1 });
    expect(reasonsOf(complete!, monthly)).toEqual(['the last complete one', 'monthly 1 of 1: 2026-10']);
  });

  it('one on hold stays, until the hold ends', () => {
    const hold = { reason: 'audit 2026', held_at: NOW, held_by: 'key_x' };
    const held = { ...old[1]!, hold };
    const ended = { ...old[2]!, hold: { ...hold, until: new Date(NOW.getTime() - 1) } };
    const lasting = { ...old[3]!, hold: { ...hold, until: new Date(NOW.getTime() + 1) } };
    const decisions = apply([old[0]!, held, ended, lasting], policy);
    expect(decisions.map(({ keep }) => keep)).toEqual([true, true, false, true]);
    expect(reasonsOf(held, decisions)).toEqual(['held: audit 2026']);
  });

  it('one that is needed stays', () => {
    const needed = new Map([[old[3]!._id, 'needed by the recovery window since 2026-10-14']]);
    const decisions = apply(old, policy, { needed });
    expect(reasonsOf(old[3]!, decisions)).toEqual(['needed by the recovery window since 2026-10-14']);
  });

  it('nothing goes while the newest is dated in the future', () => {
    const backups = [...nightly(40), backup('2026-11-21T12:30Z')];
    expect(apply(backups, { days: 7 }).every(({ keep }) => keep)).toBe(true);
    expect(apply(backups, { days: 7 }, { now: new Date('2026-11-21T12:30Z') }).some(({ keep }) => !keep)).toBe(true);
  });
});

const anyPolicy: fc.Arbitrary<RetentionPolicy> = fc.record(
  {
    days: fc.integer({ min: 0, max: 60 }),
    hourly: fc.integer({ min: 0, max: 12 }),
    daily: fc.integer({ min: 0, max: 10 }),
    weekly: fc.integer({ min: 0, max: 6 }),
    monthly: fc.integer({ min: 0, max: 6 }),
    yearly: fc.integer({ min: 0, max: 4 }),
  },
  { requiredKeys: [] },
);
const anyZone = fc.constantFrom('UTC', 'Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia');
const anyBackups = fc
  .array(
    fc.record({
      ageMs: fc.oneof(fc.integer({ min: 0, max: 5 * DAY_MS }), fc.integer({ min: 0, max: 900 * DAY_MS })),
      schedule_id: fc.constantFrom('sch_a', 'sch_a', 'sch_b', null),
      isVerified: fc.boolean(),
      is_degraded: fc.boolean(),
      isHeld: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    }),
    { maxLength: 60 },
  )
  .map((found) =>
    found.map(({ ageMs, schedule_id, isVerified, isHeld, is_degraded }) =>
      backup(new Date(NOW.getTime() - ageMs), {
        ...{ schedule_id, is_degraded },
        ...(isVerified && { last_verified_at: NOW, last_verified_level: 'plaintext' }),
        ...(isHeld && { hold: { reason: 'x', held_at: NOW, held_by: 'y' } }),
      }),
    ),
  );
const anyInput = fc.record({ backups: anyBackups, policy: anyPolicy, timezone: anyZone });
type Input = typeof anyInput extends fc.Arbitrary<infer T> ? T : never;

const holdsFor = (check: (input: Input) => void): void => fc.assert(fc.property(anyInput, check), { numRuns: 150 });
const removedOf = (decisions: readonly RetentionDecision[]): string[] =>
  decisions.filter(({ keep }) => !keep).map(({ backupId }) => backupId);
const periodsOf = (decisions: readonly RetentionDecision[], rule: string): number =>
  decisions.flatMap(({ reasons }) => reasons).filter((reason) => reason.startsWith(`${rule} `)).length;

describe('whatever the backups, the rules and the zone', () => {
  it('each backup gets one decision, with a reason', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const decisions = apply(backups, policy, { timezone });
      expect(decisions.map(({ backupId }) => backupId).sort()).toEqual(backups.map(({ _id }) => _id).sort());
      for (const { reasons } of decisions) expect(reasons.length).toBeGreaterThan(0);
    }));

  it('the order of the backups does not matter', () =>
    holdsFor(({ backups, policy, timezone }) => {
      expect(apply(backups.toReversed(), policy, { timezone })).toEqual(apply(backups, policy, { timezone }));
    }));

  it('what is kept is kept again at the same instant', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const removed = new Set(removedOf(apply(backups, policy, { timezone })));
      const kept = backups.filter(({ _id }) => !removed.has(_id));
      expect(removedOf(apply(kept, policy, { timezone }))).toEqual([]);
    }));

  it('a rule that keeps more removes nothing more', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const more = Object.fromEntries(Object.entries(policy).map(([rule, count]) => [rule, count > 0 ? count + 2 : 0]));
      const removed = removedOf(apply(backups, policy, { timezone }));
      expect(removed).toEqual(expect.arrayContaining(removedOf(apply(backups, more, { timezone }))));
    }));

  it('an older backup that is added changes nothing for the newer ones', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const oldest = backup(new Date(NOW.getTime() - 3_000 * DAY_MS), { schedule_id: 'sch_a' });
      const kept = (decisions: readonly RetentionDecision[]) => decisions.map(({ backupId, keep }) => [backupId, keep]);
      const before = kept(apply(backups, policy, { timezone }));
      const after = kept(apply([...backups, oldest], policy, { timezone })).filter(([id]) => id !== oldest._id);
      expect(after).toEqual(before);
    }));

  it('each rule keeps as many periods as it says, or as there are', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const one = backups.map((each) => ({ ...each, schedule_id: 'sch_a' }));
      const decisions = apply(one, policy, { timezone });
      const all = apply(
        one,
        { hourly: 10_000, daily: 10_000, weekly: 10_000, monthly: 10_000, yearly: 10_000 },
        { timezone },
      );
      for (const rule of ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const)
        expect(periodsOf(decisions, rule)).toBe(Math.min(policy[rule] ?? 0, periodsOf(all, rule)));
    }));

  it('each group keeps its newest and its last verified one, and what is held', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const removed = new Set(removedOf(apply(backups, policy, { timezone })));
      for (const group of Map.groupBy(backups, ({ schedule_id }) => schedule_id).values()) {
        const newest = Math.max(...group.map(({ created_at }) => created_at.getTime()));
        expect(group.some(({ _id, created_at }) => !removed.has(_id) && created_at.getTime() === newest)).toBe(true);
        const complete = group.filter(({ is_degraded }) => !is_degraded);
        expect(complete.length === 0 || complete.some(({ _id }) => !removed.has(_id))).toBe(true);
        const verified = group.filter(({ last_verified_at }) => last_verified_at);
        expect(verified.length === 0 || verified.some(({ _id }) => !removed.has(_id))).toBe(true);
      }
      for (const { _id, hold } of backups) if (hold) expect(removed.has(_id)).toBe(false);
    }));

  it('a clock an hour behind removes nothing that the right one keeps', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const right = removedOf(apply(backups, policy, { timezone }));
      const behind = removedOf(apply(backups, policy, { timezone, now: new Date(NOW.getTime() - HOUR_MS) }));
      expect(right).toEqual(expect.arrayContaining(behind));
    }));

  it('a clock an hour ahead removes nothing before its days are over', () =>
    holdsFor(({ backups, policy, timezone }) => {
      const ahead = new Set(removedOf(apply(backups, policy, { timezone, now: new Date(NOW.getTime() + HOUR_MS) })));
      const { days = 0 } = policy;
      for (const { _id, created_at } of backups)
        if (NOW.getTime() - created_at.getTime() <= days * DAY_MS && days > 0) expect(ahead.has(_id)).toBe(false);
    }));
});
