import { env, type Setting } from '@lucid/core/config';
import { problemOfCron, problemOfTimezone } from './schedule-times.ts';

function checked<T>(setting: Setting<T>, problemOf: (text: string) => string | undefined): Setting<T> {
  return {
    ...setting,
    parse: (text) => {
      const problem = problemOf(text);
      if (problem !== undefined) throw new Error(problem);
      return setting.parse(text);
    },
  };
}

/** A variable that holds a cron expression, or `off`. */
export function cronSetting(name: string, fallback: string): Setting<string> {
  const problemOf = (text: string): string | undefined => (text === 'off' ? undefined : problemOfCron(text));
  return checked(env.text(name, { default: fallback, example: "'0 2 * * *'" }), problemOf);
}

/** A variable that holds a time zone of the IANA database; UTC where it is not set. */
export function timezoneSetting(name: string): Setting<string> {
  return checked(env.text(name, { default: 'UTC', example: 'Europe/Vienna' }), problemOfTimezone);
}
