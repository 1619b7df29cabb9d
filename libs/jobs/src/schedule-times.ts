import { AppError } from '@lucid/core/app-error';
import { Cron } from 'croner';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back the latest run is looked for: each step costs at most the runs in it. */
const WINDOWS_MS = [2 * HOUR_MS, 2 * DAY_MS, 70 * DAY_MS, 400 * DAY_MS, 10 * 366 * DAY_MS];

/** Missed runs are counted up to here. */
const MOST_COUNTED = 2_000;

const MACRO = /^@(hourly|daily|weekly|monthly|yearly|annually)$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** When something is due: a cron expression of five fields (or a macro such as `@daily`) and the time zone its hours are of. */
export interface ScheduleTimes {
  cron: string;
  /** A name of the IANA time zone database. */
  timezone: string;
}

/** What is wrong with it, as the rest of a sentence ("must …"); undefined where it is right. */
export function problemOfCron(cron: string): string | undefined {
  const text = cron.trim();
  if (text.startsWith('@') && !MACRO.test(text)) return 'must be a macro such as @daily, or have five fields';
  try {
    // A leap day takes eight years at most to come.
    return parse({ cron: text, timezone: 'UTC' }).nextRun(new Date(0)) ? undefined : 'must come due some day';
  } catch {
    return 'must be a cron expression of five fields (minute, hour, day of month, month, weekday), such as 0 2 * * *';
  }
}

function parse({ cron, timezone }: ScheduleTimes): Cron {
  return new Cron(cron.trim(), { timezone, paused: true, mode: '5-part' });
}

/** What is wrong with it, as the rest of a sentence ("must …"); undefined where it is right. */
export function problemOfTimezone(timezone: string): string | undefined {
  try {
    if (ZONE.test(timezone) && new Intl.DateTimeFormat('en', { timeZone: timezone })) return undefined;
  } catch {
    // An unknown zone is a RangeError; the answer is the same.
  }
  return 'must be a time zone of the IANA database, such as Europe/Vienna or UTC';
}

/** @throws AppError VALIDATION_FAILED with a pointer to what is wrong */
export function checkScheduleTimes({ cron, timezone }: ScheduleTimes): void {
  const problems = { cron: problemOfCron(cron), timezone: problemOfTimezone(timezone) };
  const errors = Object.entries(problems).flatMap(([field, problem]) =>
    problem === undefined ? [] : [{ pointer: `/${field}`, code: field.toUpperCase(), message: `${field} ${problem}` }],
  );
  if (errors.length > 0)
    throw new AppError('VALIDATION_FAILED', errors.map(({ message }) => message).join('; '), { errors });
}

/**
 * The runs after `after`, in order and each once, as ISC cron has them: a fixed time that does not exist (clocks set forward) is
 * due at once, one that exists twice (set back) the first time only; what is due every so often (`*` or a step in the field of
 * hours or minutes) follows the time that passes.
 */
export function* runsAfter(times: ScheduleTimes, after: Date): Generator<Date> {
  const runs = parse(times);
  for (let last: Date | null = after; (last = runs.nextRun(last)) !== null;) yield last;
}

/** The first run after `after`. */
export function nextRun(times: ScheduleTimes, after: Date): Date {
  for (const run of runsAfter(times, after)) return run;
  throw new Error('a checked cron expression comes due');
}

/** The first `count` runs after `after`. */
export function nextRuns(times: ScheduleTimes, after: Date, count: number): Date[] {
  const runs: Date[] = [];
  for (const run of runsAfter(times, after)) if (runs.push(run) >= count) break;
  return runs;
}

/** The last run at or before `now`, undefined where there was none in the last ten years. */
export function latestRun(times: ScheduleTimes, now: Date): Date | undefined {
  for (const windowMs of WINDOWS_MS) {
    let latest: Date | undefined;
    for (const run of runsAfter(times, new Date(now.getTime() - windowMs))) {
      if (run > now) break;
      latest = run;
    }
    if (latest) return latest;
  }
  return undefined;
}

export interface DueRun {
  /** The latest run that is due: the only one that is asked for. */
  dueAt: Date;
  /** How many before it were due too and are not made up for; 2000 stands for more. */
  missed: number;
}

/** What is to be asked for now by one who waits for `nextDueAt`; undefined where nothing is due. */
export function dueRun(times: ScheduleTimes, nextDueAt: Date, now: Date): DueRun | undefined {
  if (nextDueAt > now) return undefined;
  const latest = latestRun(times, now);
  // Where the expression or the zone's rules changed, what was promised is still due.
  if (!latest || latest <= nextDueAt) return { dueAt: nextDueAt, missed: 0 };
  let missed = 1;
  for (const run of runsAfter(times, nextDueAt)) {
    if (run >= latest || missed === MOST_COUNTED) break;
    missed += 1;
  }
  return { dueAt: latest, missed };
}
