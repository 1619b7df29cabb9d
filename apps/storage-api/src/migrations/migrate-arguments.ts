import { parseArgs } from 'node:util';
import { MIGRATION_VERSION } from './migration.ts';

export const USAGE = `usage: migrate status [--check] | up [--to VERSION] | down [--to VERSION | --steps N]
  --to VERSION    up: the last one to apply; down: the one that stays (0000: none)
  --steps N       down: how many (1)
  --dry-run       only says what would be done
  --no-backup     without a backup before the first change
  --wait SECONDS  for a run that is under way (0)
  --check         status: ends with 3 where something is pending or in the way`;

export interface MigrateArguments {
  readonly command: 'status' | 'up' | 'down';
  readonly to: string | undefined;
  readonly steps: number | undefined;
  readonly dryRun: boolean;
  readonly backup: boolean;
  readonly waitMs: number;
  readonly check: boolean;
}

/** @throws Error with what is wrong, for the one who typed it */
export function parseMigrateArguments(args: readonly string[]): MigrateArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      steps: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'no-backup': { type: 'boolean', default: false },
      wait: { type: 'string', default: '0' },
      check: { type: 'boolean', default: false },
    },
  });
  const [command, ...more] = positionals;
  if (command !== 'status' && command !== 'up' && command !== 'down')
    throw new Error(`${command ?? 'nothing'} is none of status, up, down`);
  if (more.length > 0) throw new Error(`${more.join(' ')} is too much`);
  const { to } = values;
  if (to !== undefined && !MIGRATION_VERSION.test(to)) throw new Error('--to takes a version, such as 0002');
  if (to !== undefined && values.steps !== undefined) throw new Error('--to or --steps, not both');
  const steps = values.steps === undefined ? undefined : wholeNumber('--steps', values.steps, 1);
  const waitMs = wholeNumber('--wait', values.wait, 0) * 1_000;
  return { command, to, steps, waitMs, dryRun: values['dry-run'], backup: !values['no-backup'], check: values.check };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value < least) throw new Error(`${name} takes a whole number from ${String(least)}`);
  return value;
}
