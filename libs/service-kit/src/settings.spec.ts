import { loadConfig } from '@lucid/core/config';
import { checkCommonConfig, commonSettings, elasticsearchUri, mongodbUri, redisUri } from './settings.ts';

const load = (environment: Record<string, string> = {}) => loadConfig(commonSettings, environment);

describe('common settings', () => {
  it('makes the URIs of single variables, with the credentials escaped', () => {
    const config = load({
      MONGODB_PASSWORD: 'p@ss/word',
      REDIS_PASSWORD: 'a:b',
      REDIS_TLS: 'true',
      REDIS_HOST: 'cache',
    });
    expect(mongodbUri(config)).toBe(
      'mongodb://lucid_user:p%40ss%2Fword@localhost:27017/?replicaSet=lucid-rs&authSource=admin',
    );
    expect(redisUri(config)).toBe('rediss://:a%3Ab@cache:6379/0');
    expect(elasticsearchUri(config)).toBe('http://localhost:9200');
  });

  it('takes the alias of the replica set', () => {
    expect(mongodbUri(load({ MONGO_REPLICA_SET: 'rs9' }))).toBe('mongodb://localhost:27017/?replicaSet=rs9');
  });

  it.each([
    [{ TLS_CERT: '/a.crt' }, 'TLS_CERT and TLS_KEY must be set together'],
    [{ LUCID_BOOTSTRAP_API_KEY: 'short' }, 'at least 32 characters'],
    [{ JWT_JWKS_URL: 'https://issuer/keys' }, 'needs JWT_ISSUER and JWT_AUDIENCE'],
    [{ CONTROL_DATABASE: 'lucid_blockchain' }, 'must differ'],
    [{ CONTROL_DATABASE: 'Lucid_Blockchain' }, 'must differ'],
    [{ CONTROL_DATABASE: 'admin' }, 'CONTROL_DATABASE must be the name of a database of its own'],
    [{ MONGODB_DATABASE: 'a/b' }, 'MONGODB_DATABASE must be the name of a database of its own'],
    [{ MONGODB_PASSWORD: 'changeme' }, 'MONGODB_PASSWORD is or holds a default password'],
    [{ REDIS_URI: 'redis://:admin@cache:6379' }, 'REDIS_URI is or holds a default password'],
    [{ REDIS_URI: 'redis://:a,b@one:1,two:2' }, 'needs REDIS_CLUSTER_ENABLED=true'],
    [{ REDIS_URI: 'redis://one,two', REDIS_CLUSTER_ENABLED: 'true' }, 'the queue needs its own Redis'],
    [{ REDIS_QUEUE_URI: 'redis://one,two' }, 'REDIS_QUEUE_URI must name one server'],
  ])('%j is refused', (environment, message) => {
    expect(() => checkCommonConfig(load(environment as Record<string, string>))).toThrow(message);
  });

  it('accepts what is complete', () => {
    expect(() => checkCommonConfig(load())).not.toThrow();
    const cluster = { REDIS_URI: 'redis://:a,b@one:1,two:2', REDIS_CLUSTER_ENABLED: 'true' };
    expect(() => checkCommonConfig(load({ ...cluster, REDIS_QUEUE_URI: 'redis://:a,b@queue' }))).not.toThrow();
  });
});
