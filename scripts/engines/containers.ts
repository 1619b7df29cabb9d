import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { DEVELOPMENT_SETTINGS, HEAP } from './elasticsearch.ts';
import { freePorts } from './free-ports.ts';
import { MEMBERS, SMALL } from './mongodb.ts';
import { REDIS_VARIABLES, type RedisRole, redisOverrides } from './redis.ts';
import { formReplicaSet, newKey } from './replica-set.ts';
import { repositoryPath } from './repository-path.ts';
import type { Scratch } from './scratch.ts';
import type { StartedEngine } from './started-engine.ts';

const IMAGES = {
  mongodb: 'mongo:7',
  redis: 'redis:7',
  elasticsearch: 'docker.elastic.co/elasticsearch/elasticsearch:8.11.4',
};
const START_MS = 10 * 60_000; // the first time the image is pulled
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];
/** The user of the official Elasticsearch image; any other may be used as long as its group is 0. */
const ELASTICSEARCH_UID = 1000;

/**
 * Whether a Docker engine on this machine answers. One on another machine does not count: the members of a replica set
 * must be reached under the same address by us and by each other, and snapshots need a folder that both sides see.
 */
export async function hasDocker(say: (line: string) => void): Promise<boolean> {
  try {
    const { info } = await getContainerRuntimeClient();
    if (LOCAL_HOSTS.includes(info.containerRuntime.host)) return true;
    say('the Docker engine that answers is not on this machine: not used');
  } catch {
    // None answers: the next source is asked.
  }
  return false;
}

/** Publishes its ports on 127.0.0.1 alone; testcontainers would publish them on every address. */
class LocalContainer extends GenericContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    const bindings = this.hostConfig.PortBindings as Record<string, { HostIp?: string }[]> | undefined;
    for (const binding of Object.values(bindings ?? {}).flat()) binding.HostIp = '127.0.0.1';
  }
}

function engineOf(container: StartedTestContainer, env: Record<string, string>): StartedEngine {
  return { env, daemons: [], stop: async () => void (await container.stop()) };
}

async function configuration(...names: string[]): Promise<string> {
  return readFile(repositoryPath('configs', ...names), 'utf8');
}

// The three members live in one container, on the ports under which the host publishes them: so 127.0.0.1:PORT is the
// same member for the host and for the other members, without names to resolve.
const MEMBERS_SCRIPT = `umask 077 && cp /etc/lucid/keyfile /data/db/keyfile
arguments=$1; shift
for port in "$@"; do
  mkdir -p "/data/db/$port"
  mongod --config /etc/lucid/mongod.conf --keyFile /data/db/keyfile --bind_ip_all --port "$port" --dbpath "/data/db/$port" $arguments &
done
wait -n`;

export async function startMongodbContainer(signal: AbortSignal): Promise<StartedEngine> {
  const ports = await freePorts(MEMBERS);
  const key = newKey();
  const container = await new LocalContainer(IMAGES.mongodb)
    .withUser('mongodb')
    .withEntrypoint(['bash', '-c', MEMBERS_SCRIPT, 'members'])
    .withCommand([SMALL.join(' '), ...ports.map(String)])
    .withExposedPorts(...ports.map((port) => ({ container: port, host: port })))
    .withCopyContentToContainer([
      { content: key, target: '/etc/lucid/keyfile', mode: 0o444 },
      { content: await configuration('mongodb', 'mongod.conf'), target: '/etc/lucid/mongod.conf', mode: 0o444 },
    ])
    .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/, MEMBERS))
    .withStartupTimeout(START_MS)
    .start();
  try {
    const members = ports.map((port) => `127.0.0.1:${port}`);
    const uri = await formReplicaSet(members, key, signal);
    return engineOf(container, { MONGODB_URI: uri, LUCID_MONGODB_MEMBERS: members.join(',') });
  } catch (error) {
    await container.stop();
    throw error;
  }
}

const REDIS_PORT = 6379;

export async function startRedisContainer(role: RedisRole): Promise<StartedEngine> {
  const password = randomBytes(18).toString('hex');
  const production = await configuration('redis', `redis-${role}.conf`);
  // Inside the container every address; outside, only the published one.
  const lines = [production, ...redisOverrides(REDIS_PORT, '/data', password), 'bind * -::*', ''];
  const container = await new LocalContainer(IMAGES.redis)
    .withCopyContentToContainer([{ content: lines.join('\n'), target: '/etc/lucid/redis.conf', mode: 0o444 }])
    .withCommand(['redis-server', '/etc/lucid/redis.conf'])
    .withExposedPorts(REDIS_PORT)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(START_MS)
    .start();
  const address = `127.0.0.1:${container.getMappedPort(REDIS_PORT)}`;
  return engineOf(container, { [REDIS_VARIABLES[role]]: `redis://:${password}@${address}` });
}

const HTTP_PORT = 9200;

export async function startElasticsearchContainer(scratch: Scratch): Promise<StartedEngine> {
  const password = randomBytes(18).toString('hex');
  const snapshots = await scratch.folder('elasticsearch', 'snapshots');
  await chmod(snapshots, 0o777);
  // As our own user, so that we may remove what it wrote; root it refuses.
  const uid = process.getuid?.() || ELASTICSEARCH_UID;
  const settings = ['discovery.type=single-node', 'network.host=0.0.0.0', `path.repo=${snapshots}`];
  const container = await new LocalContainer(IMAGES.elasticsearch)
    .withUser(`${uid}:0`)
    .withEnvironment({ ELASTIC_PASSWORD: password, ES_JAVA_OPTS: `-Xms${HEAP} -Xmx${HEAP}` })
    .withCopyContentToContainer([
      {
        content: await configuration('elasticsearch', 'elasticsearch.yml'),
        target: '/usr/share/elasticsearch/config/elasticsearch.yml',
        mode: 0o664,
      },
    ])
    // The same path on both sides, so that the location of a snapshot repository means the same to us and to the server.
    .withBindMounts([{ source: snapshots, target: snapshots }])
    .withCommand(['eswrapper', ...[...settings, ...DEVELOPMENT_SETTINGS].map((setting) => `-E${setting}`)])
    .withExposedPorts(HTTP_PORT)
    .withWaitStrategy(
      Wait.forHttp('/_cluster/health?wait_for_status=yellow', HTTP_PORT).withBasicCredentials('elastic', password),
    )
    .withStartupTimeout(START_MS)
    .start();
  const uri = `http://elastic:${password}@127.0.0.1:${container.getMappedPort(HTTP_PORT)}`;
  return engineOf(container, { ELASTICSEARCH_URI: uri, ELASTICSEARCH_SNAPSHOT_PATH: snapshots });
}
