import { AppError } from '@lucid/core/app-error';
import { env, type SettingsOf } from '@lucid/core/config';

/** What every service needs from its environment. An app's `config.ts` adds its own and calls `loadConfig` once. */
export const commonSettings = {
  bindAddress: env.text('BIND_ADDRESS', { default: '127.0.0.1' }),
  logLevel: env.oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  role: env.oneOf('LUCID_ROLE', ['api', 'worker', 'both'], 'both'),
  nodeEnvironment: env.oneOf('NODE_ENV', ['production', 'development', 'test'], 'production'),
  instanceName: env.text('LUCID_INSTANCE'),
  controlDatabase: env.text('CONTROL_DATABASE', { default: 'lucid_control' }),
  bootstrapApiKey: env.secret('LUCID_BOOTSTRAP_API_KEY'),
  jwtJwksUrl: env.uri('JWT_JWKS_URL', ['https', 'http']),
  jwtIssuer: env.text('JWT_ISSUER'),
  jwtAudience: env.text('JWT_AUDIENCE'),
  /** Requests a second of one key, in each process. */
  rateLimitPerSecond: env.int('RATE_LIMIT_PER_SECOND', [1, 1_000_000], { default: 20_000 }),
  metricsToken: env.secret('METRICS_TOKEN'),
  tlsCert: env.text('TLS_CERT'),
  tlsKey: env.text('TLS_KEY'),
  tlsClientCa: env.text('TLS_CLIENT_CA'),
  mongodbUri: env.uri('MONGODB_URI', ['mongodb', 'mongodb+srv']),
  mongodbHost: env.text('MONGODB_HOST', { default: 'localhost' }),
  mongodbPort: env.port('MONGODB_PORT', 27017),
  mongodbDatabase: env.text('MONGODB_DATABASE', { default: 'lucid_blockchain' }),
  mongodbUsername: env.text('MONGODB_USERNAME', { default: 'lucid_user' }),
  mongodbPassword: env.secret('MONGODB_PASSWORD'),
  mongodbReplicaSet: env.text('MONGODB_REPLICA_SET', { default: 'lucid-rs', aliases: ['MONGO_REPLICA_SET'] }),
  mongodbTlsCa: env.text('MONGODB_TLS_CA'),
  mongodbTlsCert: env.text('MONGODB_TLS_CERT'),
  mongodbPoolSize: env.int('MONGODB_POOL_SIZE', [1, 10_000], { default: 100 }),
  redisUri: env.uri('REDIS_URI', ['redis', 'rediss']),
  redisHost: env.text('REDIS_HOST', { default: 'localhost' }),
  redisPort: env.port('REDIS_PORT', 6379),
  redisDatabase: env.int('REDIS_DATABASE', [0, 15], { default: 0 }),
  redisPassword: env.secret('REDIS_PASSWORD'),
  redisTls: env.bool('REDIS_TLS', false),
  redisClusterEnabled: env.bool('REDIS_CLUSTER_ENABLED', false),
  redisQueueUri: env.uri('REDIS_QUEUE_URI', ['redis', 'rediss']),
  elasticsearchUri: env.uri('ELASTICSEARCH_URI', ['http', 'https']),
  elasticsearchHost: env.text('ELASTICSEARCH_HOST', { default: 'localhost' }),
  elasticsearchPort: env.port('ELASTICSEARCH_PORT', 9200),
  elasticsearchUsername: env.text('ELASTICSEARCH_USERNAME'),
  elasticsearchPassword: env.secret('ELASTICSEARCH_PASSWORD'),
  elasticsearchApiKey: env.secret('ELASTICSEARCH_API_KEY'),
  elasticsearchCa: env.text('ELASTICSEARCH_CA'),
  elasticsearchIndexPrefix: env.text('ELASTICSEARCH_INDEX_PREFIX', { default: 'lucid' }),
};

export type CommonConfig = SettingsOf<typeof commonSettings>;

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
const DATABASE_NAME = /^[^/\\. "$*<>:|?\0]{1,63}$/;
const SERVER_DATABASES = ['admin', 'config', 'local'];

const WEAK_PASSWORDS = new Set(['password', 'admin', 'changeme', 'secret', 'lucid', 'root', 'test', '123456']);

/** Is this a default password, or a URI that holds one? */
function isWeak(value: string): boolean {
  const inUri = /^[a-z][a-z0-9+.-]*:\/\/[^:/@]*:([^@]*)@/i.exec(value)?.[1];
  return WEAK_PASSWORDS.has((inUri ?? value).toLowerCase());
}

/** Checks that span several variables. @throws AppError CONFIG_INVALID */
export function checkCommonConfig(config: CommonConfig): void {
  const problems: string[] = [];
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    problems.push('TLS_CERT and TLS_KEY must be set together, for example TLS_CERT=/tls/tls.crt TLS_KEY=/tls/tls.key');
  }
  if (config.bootstrapApiKey !== undefined && config.bootstrapApiKey.length < 32) {
    problems.push(
      'LUCID_BOOTSTRAP_API_KEY must have at least 32 characters, for example the output of `openssl rand -base64 32`',
    );
  }
  if (config.jwtJwksUrl !== undefined && (config.jwtIssuer === undefined || config.jwtAudience === undefined)) {
    problems.push('JWT_JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE, so that a token made for somebody else is refused');
  }
  if (config.mongodbDatabase.toLowerCase() === config.controlDatabase.toLowerCase()) {
    problems.push('MONGODB_DATABASE and CONTROL_DATABASE must differ, for example CONTROL_DATABASE=lucid_control');
  }
  for (const [name, value] of Object.entries({
    MONGODB_DATABASE: config.mongodbDatabase,
    CONTROL_DATABASE: config.controlDatabase,
  })) {
    if (!DATABASE_NAME.test(value) || SERVER_DATABASES.includes(value.toLowerCase())) {
      problems.push(`${name} must be the name of a database of its own, for example ${name}=lucid_storage`);
    }
  }
  const passwords = {
    MONGODB_PASSWORD: config.mongodbPassword,
    REDIS_PASSWORD: config.redisPassword,
    ELASTICSEARCH_PASSWORD: config.elasticsearchPassword,
    MONGODB_URI: config.mongodbUri,
    REDIS_URI: config.redisUri,
    REDIS_QUEUE_URI: config.redisQueueUri,
    ELASTICSEARCH_URI: config.elasticsearchUri,
  };
  for (const [name, value] of Object.entries(passwords)) {
    if (value !== undefined && isWeak(value)) {
      problems.push(
        `${name} is or holds a default password; set one of your own, for example the output of \`openssl rand -base64 24\``,
      );
    }
  }
  problems.push(...redisProblems(config));
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', problems.join('; '));
}

/** Several nodes are those of a Redis Cluster, which the queue cannot be on. */
function redisProblems({ redisUri: cache, redisQueueUri: queue, redisClusterEnabled }: CommonConfig): string[] {
  const example = 'for example REDIS_QUEUE_URI=redis://:password@queue:6379/0';
  const problems: string[] = [];
  if (queue !== undefined && hasSeveralHosts(queue)) problems.push(`REDIS_QUEUE_URI must name one server, ${example}`);
  if (cache === undefined || !hasSeveralHosts(cache)) return problems;
  if (!redisClusterEnabled)
    problems.push('REDIS_URI names several nodes, which needs REDIS_CLUSTER_ENABLED=true; without a cluster name one');
  if (queue === undefined) problems.push(`REDIS_URI names a Redis Cluster: the queue needs its own Redis, ${example}`);
  return problems;
}

function hasSeveralHosts(uri: string): boolean {
  return /,/.test(uri.slice(uri.lastIndexOf('@') + 1));
}

/** The MongoDB URI: MONGODB_URI, or made of the single variables. */
export function mongodbUri(config: CommonConfig): string {
  if (config.mongodbUri !== undefined) return config.mongodbUri;
  const credentials =
    config.mongodbPassword === undefined
      ? ''
      : `${encodeURIComponent(config.mongodbUsername)}:${encodeURIComponent(config.mongodbPassword)}@`;
  const options = new URLSearchParams({ replicaSet: config.mongodbReplicaSet });
  if (credentials !== '') options.set('authSource', 'admin');
  return `mongodb://${credentials}${config.mongodbHost}:${config.mongodbPort}/?${options.toString()}`;
}

/** The URI of the cache Redis: REDIS_URI, or made of the single variables. Of a Redis Cluster it may name several nodes. */
export function redisUri(config: CommonConfig): string {
  if (config.redisUri !== undefined) return config.redisUri;
  const password = config.redisPassword === undefined ? '' : `:${encodeURIComponent(config.redisPassword)}@`;
  return `${config.redisTls ? 'rediss' : 'redis'}://${password}${config.redisHost}:${config.redisPort}/${config.redisDatabase}`;
}

export function elasticsearchUri(config: CommonConfig): string {
  const { elasticsearchUri: uri, elasticsearchHost, elasticsearchPort, elasticsearchCa } = config;
  return uri ?? `${elasticsearchCa === undefined ? 'http' : 'https'}://${elasticsearchHost}:${elasticsearchPort}`;
}
