// `npm run recover`: brings all engines back onto the ones that a backup-service was started on, as after a loss of everything.
import { parseArgs } from 'node:util';
import { systemClock } from '@lucid/core/clock';
import { processEnvironment } from '@lucid/core/environment';
import { restClient, type RestClient } from '../services/rest-client.ts';
import { recover, type Phase, type RecoverOptions } from './recover.ts';

const ENGINES = ['mongodb', 'redis', 'elasticsearch'];
const USAGE = `usage: npm run recover -- [options]
Start backup-service on new, empty engines with the repository (BACKUP_STORAGE_PATH, BACKUP_S3_…), its BACKUP_MASTER_KEY and the
configuration of before, with BACKUP_TAKE_OVER=true where this cluster is to go on writing there. Then this:
  --time TIME      RFC 3339, such as 2026-11-21T08:30:00Z; default: the last second that can be brought back
  --service URL    of backup-service; default: http://127.0.0.1:BACKUP_SERVICE_PORT (8089)
  --engines LIST   default: ${ENGINES.join(',')}
  --replace        also where the engines are not empty
  --dry-run        only says what it would do
  --wait SECONDS   for the service to be ready; default: 600
An API key of the role backup-admin stands in LUCID_API_KEY, or LUCID_BOOTSTRAP_API_KEY.`;

interface Arguments extends RecoverOptions {
  readonly url: string;
  readonly waitSeconds: number;
}

function say(line: string): void {
  console.log(`recover: ${line}`);
}

/** @throws Error naming what is wrong */
function argumentsOf(args: readonly string[]): Arguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      time: { type: 'string' },
      service: { type: 'string' },
      engines: { type: 'string', default: ENGINES.join(',') },
      replace: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      wait: { type: 'string', default: '600' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const engines = values.engines.split(',').map((engine) => engine.trim());
  const unknown = engines.find((engine) => !ENGINES.includes(engine));
  if (unknown !== undefined) throw new Error(`--engines: ${unknown} is not one of ${ENGINES.join(', ')}`);
  const waitSeconds = Number(values.wait);
  if (!(waitSeconds >= 0)) throw new Error('--wait must be a number of seconds, for example 600');
  return {
    ...{ engines, replace: values.replace, dryRun: values['dry-run'], waitSeconds },
    url: (values.service ?? `http://127.0.0.1:${processEnvironment()['BACKUP_SERVICE_PORT'] ?? '8089'}`).replace(
      /\/$/,
      '',
    ),
    ...(values.time !== undefined && { at: secondOf(values.time) }),
  };
}

/** A time without a zone would be another one on another machine. */
function secondOf(time: string): number {
  const ms = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(ms)) throw new Error('--time must be RFC 3339 with its zone, for example 2026-11-21T08:30:00Z');
  return Math.floor(ms / 1_000);
}

/** The service listens once it has rebuilt the catalogue of its first repository. */
async function waitUntilReady(url: string, waitSeconds: number): Promise<void> {
  const deadline = systemClock.monotonicMs() + waitSeconds * 1_000;
  let why = '';
  for (let isFirst = true; ; isFirst = false) {
    try {
      const { ok, status } = await fetch(`${url}/health/ready`);
      if (ok) return;
      why = `it answers ${status} to /health/ready`;
    } catch (error) {
      why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    }
    if (isFirst) say(`waiting for backup-service at ${url} (${why})`);
    if (systemClock.monotonicMs() >= deadline) {
      throw new Error(`backup-service at ${url} is not ready after ${waitSeconds} s: ${why}; its log says more`);
    }
    await systemClock.sleep(500);
  }
}

function printTable(phases: readonly Phase[]): void {
  const width = Math.max(...phases.map(({ phase }) => phase.length));
  for (const { phase, seconds, detail } of phases)
    console.log(`  ${phase.padEnd(width)} ${seconds.toFixed(1).padStart(8)} s  ${detail}`);
}

function keyedClient(url: string): RestClient {
  const { LUCID_API_KEY: own, LUCID_BOOTSTRAP_API_KEY: bootstrap } = processEnvironment();
  const key = own ?? bootstrap;
  if (!key) throw new Error('set LUCID_API_KEY to an API key of the role backup-admin');
  return restClient(url, key);
}

async function main(): Promise<void> {
  const given = argumentsOf(process.argv.slice(2));
  if (!given) return console.log(USAGE);
  const began = systemClock.monotonicMs();
  const api = keyedClient(given.url);
  await waitUntilReady(given.url, given.waitSeconds);
  const waited = (systemClock.monotonicMs() - began) / 1_000;
  const phases = await recover(api, given, say);
  printTable([{ phase: 'service ready', seconds: waited, detail: '' }, ...phases]);
  const total = ((systemClock.monotonicMs() - began) / 1_000).toFixed(1);
  say(given.dryRun ? `nothing was changed; ${total} s` : `everything is back after ${total} s`);
}

try {
  await main();
} catch (error) {
  console.error(`recover: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
