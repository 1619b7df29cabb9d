import type { Labels, Sample } from '../collectors/samples.ts';
import type { AlertRule } from './alert-rule.ts';

/** One rule on one series that is beyond its line, or has not come back far enough yet. */
export interface AlertState {
  rule: AlertRule;
  labels: Labels;
  value: number;
  /** `pending` until it has lasted as long as the rule asks. */
  state: 'pending' | 'firing';
  /** Since when the value has been beyond the line. */
  since: Date;
}

export type AlertStates = ReadonlyMap<string, AlertState>;

function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The series a rule judges: those of its metric that match, as percent of `per` where the rule has one. */
function seriesOf(rule: AlertRule, samples: readonly Sample[]): { labels: Labels; value: number }[] {
  const matches = (labels: Labels): boolean =>
    Object.entries(rule.selector ?? {}).every(([name, value]) => labels[name] === value);
  const found = samples.flatMap(({ metric, labels, value }) =>
    metric === rule.metric && typeof value === 'number' && matches(labels) ? [{ labels, value }] : [],
  );
  if (rule.per === undefined) return found;
  const divisors = new Map(
    samples.filter(({ metric }) => metric === rule.per).map(({ labels, value }) => [labelKey(labels), value]),
  );
  return found.flatMap(({ labels, value }) => {
    const divisor = divisors.get(labelKey(labels));
    return typeof divisor === 'number' && divisor > 0 ? [{ labels, value: (value / divisor) * 100 }] : [];
  });
}

function isBeyond(rule: AlertRule, value: number, line: number): boolean {
  return rule.direction === 'above' ? value >= line : value <= line;
}

/** Between the two lines a rule that fires goes on firing, and one that does not stays quiet. */
function judge(rule: AlertRule, value: number, before: AlertState | undefined): boolean {
  if (isBeyond(rule, value, rule.fire)) return true;
  const isBack = rule.direction === 'above' ? value <= rule.clear : value >= rule.clear;
  return before?.state === 'firing' && !isBack;
}

/**
 * The states after a round of collections. A series that is gone takes its alerts with it: when a server is down, that is
 * one alert and not one for each of its figures.
 */
export function evaluate(
  rules: readonly AlertRule[],
  samples: readonly Sample[],
  before: AlertStates,
  now: Date,
): AlertStates {
  const after = new Map<string, AlertState>();
  for (const rule of rules) {
    for (const { labels, value } of seriesOf(rule, samples)) {
      const key = `${rule.id}${labelKey(labels)}`;
      const previous = before.get(key);
      if (!judge(rule, value, previous)) continue;
      const since = previous?.since ?? now;
      const lastedSeconds = (now.getTime() - since.getTime()) / 1000;
      const firing = previous?.state === 'firing' || lastedSeconds >= rule.forSeconds;
      after.set(key, { rule, labels, value, since, state: firing ? 'firing' : 'pending' });
    }
  }
  return after;
}
