import { randomBytes } from 'node:crypto';
import { chmod, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon } from '@lucid/clients/process/daemon';
import { runProgram } from '@lucid/clients/process/run-program';
import { processEnvironment } from '@lucid/core/environment';
import { freePorts } from './free-ports.ts';
import { repositoryPath } from './repository-path.ts';
import { OWNER_MARK } from './scratch-cleanup.ts';
import type { Scratch } from './scratch.ts';
import type { StartedEngine } from './started-engine.ts';

/** An unpacked distribution and the Java it runs on. */
export interface ElasticsearchProgram {
  home: string;
  javaHome: string;
}

const READY_MS = 120_000;
const KEYSTORE_MS = 60_000;
export const HEAP = '512m';

/** What a development machine needs otherwise than configs/elasticsearch. */
export const DEVELOPMENT_SETTINGS = [
  'bootstrap.memory_lock=false',
  'xpack.security.http.ssl.enabled=false',
  'xpack.security.transport.ssl.enabled=false',
  // A disk that is 90 % full must not make every index read-only.
  'cluster.routing.allocation.disk.threshold_enabled=false',
];

/** The distribution's jvm.options without what writes into its own folder, which is not ours. */
const JVM_OPTIONS = [
  '-XX:+UseG1GC',
  '-Djava.io.tmpdir=${ES_TMPDIR}',
  '20-:--add-modules=jdk.incubator.vector',
  '-XX:+ExitOnOutOfMemoryError',
  `-Xms${HEAP}`,
  `-Xmx${HEAP}`,
];

/** Starts one node with security on and a folder for snapshots. */
export async function startElasticsearch(
  program: ElasticsearchProgram,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<StartedEngine> {
  const home = await scratch.reach(program.home, 'elasticsearch');
  const folder = await scratch.folder('elasticsearch');
  const config = await scratch.folder('elasticsearch', 'config');
  const snapshots = await scratch.folder('elasticsearch', 'snapshots');
  await chmod(snapshots, 0o777); // a service under another user copies what is in it
  await chmod(folder, 0o755);
  await chmod(scratch.path, 0o755);
  const [httpPort, transportPort] = (await freePorts(2)) as [number, number];
  const settings = [
    'node.name=lucid-elasticsearch-1',
    'discovery.type=single-node',
    'network.host=127.0.0.1',
    `http.port=${httpPort}`,
    `transport.port=${transportPort}`,
    `path.data=${await scratch.folder('elasticsearch', 'data')}`,
    `path.logs=${await scratch.folder('elasticsearch', 'logs')}`,
    `path.repo=${snapshots}`,
    ...DEVELOPMENT_SETTINGS,
  ];
  await cp(join(home, 'config'), config, { recursive: true });
  await cp(repositoryPath('configs', 'elasticsearch', 'elasticsearch.yml'), join(config, 'elasticsearch.yml'));
  await writeFile(join(config, 'jvm.options'), `${JVM_OPTIONS.join('\n')}\n`);
  const env = {
    PATH: processEnvironment().PATH,
    ES_JAVA_HOME: program.javaHome,
    ES_PATH_CONF: config,
    ES_TMPDIR: await scratch.folder('elasticsearch', 'tmp'),
    HOME: folder,
    [OWNER_MARK]: scratch.path, // it goes to its own folder
  };
  const child = { cwd: folder, env, signal, ...scratch.runAs };
  const password = randomBytes(18).toString('hex');
  // `-f` makes the keystore too; `-x` reads the value from the input, so that it is in no process list.
  await runProgram(join(home, 'bin', 'elasticsearch-keystore'), ['add', '-f', '-x', 'bootstrap.password'], {
    ...child,
    env: { ...env, ES_JAVA_OPTS: '-XX:TieredStopAtLevel=1' },
    input: `${password}\n`,
    timeoutMs: KEYSTORE_MS,
  });
  const uri = `http://elastic:${password}@127.0.0.1:${httpPort}`;
  const daemon = await startDaemon(
    join(home, 'bin', 'elasticsearch'),
    settings.map((setting) => `-E${setting}`),
    {
      ...child,
      logFile: join(folder, 'elasticsearch.log'),
      isReady: () => isHealthy(httpPort, password),
      readyTimeoutMs: READY_MS,
    },
  );
  return { env: { ELASTICSEARCH_URI: uri, ELASTICSEARCH_SNAPSHOT_PATH: snapshots }, daemons: [daemon] };
}

async function isHealthy(port: number, password: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`elastic:${password}`).toString('base64')}`;
  const answer = await fetch(`http://127.0.0.1:${port}/_cluster/health`, { headers: { authorization } });
  if (!answer.ok) return false;
  const { status } = (await answer.json()) as { status: string };
  return status !== 'red';
}
