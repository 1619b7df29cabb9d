import type { Sample } from '../collectors/samples.ts';
import { evaluate, type AlertStates } from './alert-evaluation.ts';
import type { AlertRule } from './alert-rule.ts';

const rule: AlertRule = {
  id: 'lag',
  severity: 'critical',
  metric: 'mongodb_mongod_replset_member_replication_lag',
  direction: 'above',
  fire: 60,
  clear: 30,
  forSeconds: 60,
  summary: '',
  runbook: '',
};
const lag = (value: number, name = 'b'): Sample => ({ metric: rule.metric, labels: { name }, value });

/** Feeds one value a minute and tells the state after each. */
function run(given: AlertRule, ...rounds: Sample[][]): string[] {
  let states: AlertStates = new Map();
  return rounds.map((samples, minute) => {
    states = evaluate([given], samples, states, new Date(minute * 60_000));
    return [...states.values()].map((state) => state.state).join(',') || 'quiet';
  });
}

describe('evaluate', () => {
  it('fires after the time the rule asks, and only then', () => {
    expect(run(rule, [lag(60)], [lag(60)])).toEqual(['pending', 'firing']);
    expect(run(rule, [lag(60)], [lag(59)], [lag(60)])).toEqual(['pending', 'quiet', 'pending']);
  });

  it('goes on between the two lines and is over at the second', () => {
    expect(run(rule, [lag(60)], [lag(90)], [lag(31)], [lag(30)], [lag(31)])).toEqual([
      'pending',
      'firing',
      'firing',
      'quiet',
      'quiet',
    ]);
  });

  it('judges each series by itself, and forgets one that is gone', () => {
    expect(run(rule, [lag(61, 'b'), lag(99, 'c'), lag(1, 'd')], [lag(61, 'b')], [])).toEqual([
      'pending,pending',
      'firing',
      'quiet',
    ]);
  });

  it('fires below its line where it says so, by selector', () => {
    const down: AlertRule = {
      ...rule,
      metric: 'database_health_status',
      selector: { engine: 'redis' },
      direction: 'below',
      fire: 0,
      clear: 0.5,
      forSeconds: 0,
    };
    const health = (engine: string, value: number): Sample => ({ metric: down.metric, labels: { engine }, value });
    expect(run(down, [health('redis', 1), health('mongodb', 0)])).toEqual(['quiet']);
    expect(run(down, [health('redis', 0)], [health('redis', 0.5)])).toEqual(['firing', 'quiet']);
  });

  it('compares with another metric in percent, and not with nothing', () => {
    const full: AlertRule = {
      ...rule,
      metric: 'mongodb_filesystem_used_bytes',
      per: 'mongodb_filesystem_size_bytes',
      fire: 95,
      clear: 90,
      forSeconds: 0,
    };
    const disk = (used: number, size: number): Sample[] => [
      { metric: 'mongodb_filesystem_used_bytes', labels: { member: 'a' }, value: used },
      { metric: 'mongodb_filesystem_size_bytes', labels: { member: 'a' }, value: size },
    ];
    expect(run(full, disk(95, 100), disk(91, 100), disk(90, 100))).toEqual(['firing', 'firing', 'quiet']);
    expect(run(full, disk(95, 0), disk(95, 100).slice(0, 1))).toEqual(['quiet', 'quiet']);
  });
});
