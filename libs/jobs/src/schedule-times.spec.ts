import { FakeClock } from '@lucid/testing/fake-clock';
import fc from 'fast-check';
import {
  checkScheduleTimes,
  dueRun,
  latestRun,
  nextRun,
  nextRuns,
  problemOfCron,
  problemOfTimezone,
  type ScheduleTimes,
} from './schedule-times.ts';

const vienna = (cron: string): ScheduleTimes => ({ cron, timezone: 'Europe/Vienna' });
const at = (text: string): Date => new Date(text);
const texts = (runs: readonly Date[]): string[] => runs.map((run) => run.toISOString().slice(0, 16));

describe('the runs of a schedule', () => {
  it('come at the local time of the zone', () => {
    expect(texts(nextRuns(vienna('0 2 * * *'), at('2026-07-01T00:00:00Z'), 2))).toEqual([
      '2026-07-02T00:00',
      '2026-07-03T00:00',
    ]);
    expect(texts(nextRuns(vienna('0 2 * * *'), at('2026-12-01T00:30:00Z'), 2))).toEqual([
      '2026-12-01T01:00',
      '2026-12-02T01:00',
    ]);
  });

  it('come once where the local time does not exist: as soon as the clocks are set forward', () => {
    expect(texts(nextRuns(vienna('30 2 * * *'), at('2026-03-28T12:00:00Z'), 2))).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it.each(['2026-10-24T12:00:00Z', '2026-10-25T00:00:00Z'])('come once where it exists twice, asked at %s', (from) => {
    expect(texts(nextRuns(vienna('30 2 * * *'), at(from), 2))).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it.each(['2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z'])(
    'do not come again in the second pass, asked at %s',
    (from) => {
      expect(texts(nextRuns(vienna('30 2 * * *'), at(from), 1))).toEqual(['2026-10-26T01:30']);
    },
  );

  it('come in both passes when they are hourly', () => {
    expect(texts(nextRuns(vienna('30 * * * *'), at('2026-10-24T23:45:00Z'), 3))).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ]);
  });

  it('know a leap day, the last day of a month and weekdays by name', () => {
    expect(texts([nextRun(vienna('0 12 29 2 *'), at('2026-03-01T00:00:00Z'))])).toEqual(['2028-02-29T11:00']);
    expect(texts([nextRun(vienna('0 12 L * *'), at('2026-04-01T00:00:00Z'))])).toEqual(['2026-04-30T10:00']);
    expect(texts([nextRun(vienna('0 12 * * MON-FRI'), at('2026-11-21T00:00:00Z'))])).toEqual(['2026-11-23T11:00']);
    expect(texts([nextRun({ cron: '@daily', timezone: 'UTC' }, at('2026-11-21T00:00:00Z'))])).toEqual([
      '2026-11-22T00:00',
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 31 2 *',
    '0 2 * * 8',
    '*/0 * * * *',
    'a b c d e',
  ])('the cron expression "%s"', (cron) => expect(problemOfCron(cron)).toMatch(/^must /));

  it.each(['H 2 * * *', '0 H(1-3) * * *', '@reboot', '@every 5m', '0 2 * * * Europe/Vienna'])('%s', (cron) => {
    expect(problemOfCron(cron)).toMatch(/^must /);
  });

  it.each(['', 'Europe/Nowhere', '+02:00', 'CET; rm', '../etc/passwd'])('the time zone "%s"', (timezone) => {
    expect(problemOfTimezone(timezone)).toMatch(/IANA/);
  });

  it('with a pointer to each field', () => {
    expect(() => checkScheduleTimes({ cron: 'never', timezone: 'Mars' })).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        errors: [expect.objectContaining({ pointer: '/cron' }), expect.objectContaining({ pointer: '/timezone' })],
      }),
    );
    expect(() => checkScheduleTimes(vienna('0 2 * * *'))).not.toThrow();
  });
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const anyTimes: fc.Arbitrary<ScheduleTimes> = fc.record({
  cron: fc.constantFrom(
    ...[
      '0 2 * * *',
      '30 2 * * *',
      '*/20 * * * *',
      '15 1,2,3 * * *',
      '0 */6 * * *',
      '0 3 * * SUN',
      '0 0 1 * *',
      '59 23 * * *',
    ],
  ),
  timezone: fc.constantFrom('UTC', 'Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
});
/** Around the changes of clocks as often as elsewhere. */
const anyInstant = fc.oneof(
  fc.date({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z'), noInvalidDate: true }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-04-04T15:00Z',
      ),
      fc.integer({ min: -300, max: 300 }),
    )
    .map(([change, minutes]) => new Date(at(change).getTime() + minutes * MINUTE_MS)),
);

describe('whatever the schedule and the instant', () => {
  it('the next run lies ahead, and is the same wherever one stands before it', () => {
    fc.assert(
      fc.property(anyTimes, anyInstant, fc.double({ min: 0, max: 1, noNaN: true }), (times, instant, part) => {
        const next = nextRun(times, instant);
        expect(next.getTime()).toBeGreaterThan(instant.getTime());
        const between = new Date(instant.getTime() + Math.floor((next.getTime() - 1 - instant.getTime()) * part));
        expect(nextRun(times, between)).toEqual(next);
      }),
      { numRuns: 300 },
    );
  });

  it('the latest run is the last of those that follow one another', () => {
    fc.assert(
      fc.property(anyTimes, anyInstant, (times, instant) => {
        const latest = latestRun(times, instant)!;
        expect(latest.getTime()).toBeLessThanOrEqual(instant.getTime());
        expect(nextRun(times, latest).getTime()).toBeGreaterThan(instant.getTime());
      }),
      { numRuns: 200 },
    );
  });

  it('one run is asked for after a pause, and run and missed ones together are all that were due', () => {
    fc.assert(
      fc.property(anyTimes, anyInstant, fc.integer({ min: 0, max: 12 * DAY_MS }), (times, instant, pauseMs) => {
        const clock = new FakeClock(instant);
        const first = nextRun(times, instant);
        clock.jumpTo(new Date(instant.getTime() + pauseMs));
        const due = dueRun(times, first, clock.now());
        const all: Date[] = [];
        for (let run = first; run <= clock.now(); run = nextRun(times, run)) all.push(run);
        expect(due?.dueAt).toEqual(all.at(-1));
        expect(due?.missed).toEqual(all.length === 0 ? undefined : all.length - 1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a minute schedule after a year', () => {
  it('is made up for once, and its missed runs are counted to a limit', () => {
    const times = { cron: '* * * * *', timezone: 'UTC' };
    expect(dueRun(times, at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:30Z'))).toEqual({
      dueAt: at('2027-01-01T00:00:00Z'),
      missed: 2_000,
    });
  });
});
