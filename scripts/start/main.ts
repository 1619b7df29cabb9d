// `npm start`: real engines, the four services, demo data, one backup that is proven by restoring it beside the original.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAlive } from '@lucid/clients/process/process-group';
import { runProgram } from '@lucid/clients/process/run-program';
import { startEngines, type RunningEngines } from '../engines/engines.ts';
import { repositoryPath } from '../engines/repository-path.ts';
import {
  choosePorts,
  SERVICE_NAMES,
  startServiceProcess,
  stopServices,
  type ServiceProcess,
} from '../services/services.ts';
import { loadDemoData, proveBackup } from './demo.ts';
import { restClient } from '../services/rest-client.ts';

const demoFolder = repositoryPath('.lucid', 'demo');
const runFile = repositoryPath('.lucid', 'run.json');

function say(line: string): void {
  console.log(`lucid: ${line}`);
}

/** What the services need beside the engines. Each start has keys of its own, which only this user can read. */
async function serviceEnvironment(engines: RunningEngines): Promise<Record<string, string>> {
  await rm(demoFolder, { recursive: true, force: true });
  await mkdir(`${demoFolder}/data`, { recursive: true, mode: 0o700 });
  const own = {
    LUCID_BOOTSTRAP_API_KEY: process.env['LUCID_BOOTSTRAP_API_KEY'] ?? `lucid_${randomBytes(32).toString('base64url')}`,
    BACKUP_MASTER_KEY: process.env['BACKUP_MASTER_KEY'] ?? randomBytes(32).toString('base64'),
    BACKUP_STORAGE_PATH: `${demoFolder}/backups`,
    VOLUME_STORAGE_PATH: `${demoFolder}/data`,
    NODE_ENV: 'development',
    // One node: a replica would have nowhere to go.
    ELASTICSEARCH_SHARDS: '1',
    ELASTICSEARCH_REPLICAS: '0',
  };
  const ports = await choosePorts(process.env);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]),
  );
  return { ...inherited, ...own, ...engines.env, ...ports };
}

async function startServices(env: Record<string, string>): Promise<ServiceProcess[]> {
  const settled = await Promise.allSettled(
    SERVICE_NAMES.map((name) => startServiceProcess(name, env, `${demoFolder}/logs`)),
  );
  const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  if (!failed) return started;
  await stopServices(started);
  throw failed.reason;
}

async function announce(services: ServiceProcess[], engines: RunningEngines, apiKey: string): Promise<void> {
  const urls = Object.fromEntries(services.map(({ name, url }) => [name, { url }]));
  const { redisCache, redisQueue, mongodb, elasticsearch } = engines.uris;
  const state = {
    pid: process.pid,
    apiKey,
    services: urls,
    engines: { mongodb, redisCache, redisQueue, elasticsearch },
  };
  await writeFile(runFile, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  for (const { name, url } of services) say(`${name.padEnd(15)} ${url}   (documentation: ${url}/docs)`);
  say(`API key: ${apiKey}`);
  say(`the same for programs: .lucid/run.json; the services' logs: .lucid/demo/logs`);
}

/** A second start would take the repository and the state file of the first. @throws Error naming its process */
async function assertAlone(): Promise<void> {
  const text = await readFile(runFile, 'utf8').catch(() => undefined);
  const pid = text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
  if (pid !== undefined && isAlive(pid)) throw new Error(`it runs already, as process ${pid}: stop that one first`);
}

async function main(): Promise<void> {
  await assertAlone();
  const stop = new AbortController();
  const stopped = new Promise<string>((tell) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (stop.abort(), tell(signal)));
  });
  say('starting the engines');
  const engines = await startEngines({ signal: stop.signal });
  let services: ServiceProcess[] = [];
  try {
    const env = await serviceEnvironment(engines);
    const apiKey = String(env['LUCID_BOOTSTRAP_API_KEY']);
    say('making the collections and search indices of the models');
    const init = [repositoryPath('scripts', 'init', 'main.mjs'), 'mongodb', 'elasticsearch'];
    await runProgram(process.execPath, init, { env, signal: stop.signal });
    say('loading the demo data');
    const databases = await loadDemoData(String(engines.uris.mongodb), say);
    say('starting the services');
    services = await startServices(env);
    const api = services.find((service) => service.name === 'storage-api');
    await proveBackup(restClient(String(api?.url), apiKey), String(engines.uris.mongodb), databases, say);
    await announce(services, engines, apiKey);
    say('up. Ctrl-C stops everything.');
    const why = await Promise.race([stopped, engines.lost, ...services.map(lostService)]);
    say(`stopping: ${why}`);
    if (!stop.signal.aborted) process.exitCode = 1;
  } finally {
    await rm(runFile, { force: true });
    await stopServices(services);
    await engines.stop();
    say('stopped');
  }
}

async function lostService({ name, daemon, logFile }: ServiceProcess): Promise<string> {
  await daemon.exited;
  return `${name} has ended by itself; its log is ${logFile}`;
}

try {
  await main();
  process.exit();
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : '';
  console.error(`lucid: ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exit(1);
}
