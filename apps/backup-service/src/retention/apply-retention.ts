import type { Backup } from '@lucid/models/main/backups';
import type { RetentionPolicy } from '@lucid/models/retention-policy';
import { groupOfBackup, isHeld, lastVerified } from '@lucid/service-kit/backups/backup-protection';
import { DateTime } from 'luxon';

export interface RetentionDecision {
  backupId: string;
  keep: boolean;
  /** Why it is kept, each rule for itself; or the one reason why it may go. */
  reasons: string[];
}

export interface RetentionOptions {
  now: Date;
  /** The rules of one backup: those of its schedule, or of its repository. Its time zone says when days begin. */
  policyOf(backup: Backup): ZonedPolicy;
  /** Backups that something needs now, with the reason: a restore that reads it, a recovery window that begins with it. */
  needed?: ReadonlyMap<string, string>;
}

export interface ZonedPolicy extends RetentionPolicy {
  timezone: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A backup stays this much longer than its days: the clock that decides may be ahead of the one that dated it. */
const CLOCK_MARGIN_MS = HOUR_MS;

const RULES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
type Rule = (typeof RULES)[number];

/** What stands for the period an instant lies in, in its zone. ISO 8601 weeks belong to the year of their Thursday. */
const PERIODS: Record<Rule, (at: DateTime) => string> = {
  hourly: (at) => at.toFormat("yyyy-MM-dd HH':00' ZZ"),
  daily: (at) => at.toFormat('yyyy-MM-dd'),
  weekly: (at) => at.toFormat("kkkk-'W'WW"),
  monthly: (at) => at.toFormat('yyyy-MM'),
  yearly: (at) => at.toFormat('yyyy'),
};

/**
 * Which backups of one repository are kept, and why. Rules count within a group: the backups of one schedule, or all that were made on demand. Whatever the rules: never goes the newest of its group, the newest complete one, the last one that was verified, one on hold, one that is
 * needed, and one dated in the future; where the newest of all lies in the future some clock is wrong, and everything is kept.
 * The order of the input does not matter; the answer is newest first.
 */
export function applyRetention(backups: readonly Backup[], options: RetentionOptions): RetentionDecision[] {
  const sorted = [...backups].sort(newestFirst);
  const reasons = new Map<string, string[]>(sorted.map(({ _id }) => [_id, []]));
  const keep = (backup: Backup | undefined, reason: string): void => {
    if (backup) reasons.get(backup._id)?.push(reason);
  };
  const { now, needed } = options;
  const isClockWrong = sorted[0] !== undefined && sorted[0].created_at > now;
  for (const backup of sorted) {
    if (isClockWrong) keep(backup, 'the newest backup is dated in the future: no clock is trusted');
    if (isHeld(backup, now)) keep(backup, `held: ${backup.hold?.reason ?? ''}`);
    const need = needed?.get(backup._id);
    if (need !== undefined) keep(backup, need);
  }
  for (const group of Map.groupBy(sorted, groupOfBackup).values()) keepOfGroup(group, options, keep);
  return sorted.map(({ _id: backupId }) => {
    const kept = reasons.get(backupId) ?? [];
    return { backupId, keep: kept.length > 0, reasons: kept.length > 0 ? kept : ['no rule keeps it'] };
  });
}

function keepOfGroup(
  group: readonly Backup[],
  { now, policyOf }: RetentionOptions,
  keep: (backup: Backup | undefined, reason: string) => void,
): void {
  keep(group[0], group.length === 1 ? 'the only one' : 'the last one');
  if (group[0]?.is_degraded) keep(group.find(isComplete), 'the last complete one');
  keep(lastVerified(group), 'last verified');
  for (const backup of group) {
    const policy = policyOf(backup);
    if (isEmpty(policy)) keep(backup, 'no rule is set');
    const { days = 0 } = policy;
    if (days > 0 && now.getTime() - backup.created_at.getTime() <= days * DAY_MS + CLOCK_MARGIN_MS)
      keep(backup, `newer than ${days} days`);
  }
  for (const rule of RULES) keepOfRule(group, rule, policyOf, keep);
}

/** One of each period, until the rule has as many as it keeps. */
function keepOfRule(
  group: readonly Backup[],
  rule: Rule,
  policyOf: RetentionOptions['policyOf'],
  keep: (backup: Backup, reason: string) => void,
): void {
  const chosen = new Map<string, Backup>();
  for (const backup of group) {
    const at = DateTime.fromJSDate(backup.created_at, { zone: policyOf(backup).timezone });
    const period = PERIODS[rule](at);
    const newer = chosen.get(period);
    // The newest one; but what lacks a part of what was asked for gives way to one that is complete.
    if (!newer || (!isComplete(newer) && isComplete(backup))) chosen.set(period, backup);
  }
  for (const [index, [period, backup]] of [...chosen].entries()) {
    const most = policyOf(backup)[rule] ?? 0;
    if (index < most) keep(backup, `${rule} ${index + 1} of ${most}: ${period}`);
  }
}

function isComplete({ is_degraded }: Backup): boolean {
  return is_degraded !== true;
}

/** A policy without a rule would keep nothing: that is never what somebody meant. */
function isEmpty({ days, hourly, daily, weekly, monthly, yearly }: RetentionPolicy): boolean {
  return ![days, hourly, daily, weekly, monthly, yearly].some((count) => count !== undefined && count > 0);
}

function newestFirst(a: Backup, b: Backup): number {
  return b.created_at.getTime() - a.created_at.getTime() || (a._id < b._id ? 1 : -1);
}
