import { CATALOGUE } from '../metrics/catalogue.ts';
import { ALERT_RULES } from './alert-rules.ts';

describe('the alert rules', () => {
  it('have ids of their own', () => {
    expect(new Set(ALERT_RULES.map((rule) => rule.id)).size).toBe(ALERT_RULES.length);
  });

  it.each(ALERT_RULES.map((rule) => [rule.id, rule] as const))(
    '%s clears on the good side of where it fires',
    (_id, rule) => {
      const distance = rule.direction === 'above' ? rule.fire - rule.clear : rule.clear - rule.fire;
      expect(distance).toBeGreaterThan(0);
    },
  );

  it.each(ALERT_RULES.map((rule) => [rule.id, rule] as const))('%s selects by labels its metric has', (_id, rule) => {
    expect(CATALOGUE[rule.metric].labels).toEqual(expect.arrayContaining(Object.keys(rule.selector ?? {})));
    if (rule.per) expect(CATALOGUE[rule.per].labels).toEqual(CATALOGUE[rule.metric].labels);
  });
});
