import { RouterDouble } from '@lucid/testing/router-double';
import type { MongoClient } from 'mongodb';
import { createMongodMembers, initiate } from './mongod-members.ts';

/** A config server and two shards, each of one member, behind a double of mongos. */
export interface ShardedCluster {
  /** Leads to the double, as a user who may do everything. */
  readonly uri: string;
  readonly shards: readonly [string, string];
  readonly configServer: MongoClient;
  /** Clients of the shards themselves, as the members' own user: what they write goes past the router. */
  readonly members: readonly [MongoClient, MongoClient];
  /** Of the shards themselves, as the user of `uri`. */
  readonly memberUris: readonly [string, string];
  stop(): Promise<void>;
}

const USER = 'lucid_root';
const PASSWORD = 'cluster-specs';

export async function startShardedCluster(): Promise<ShardedCluster> {
  const members = await createMongodMembers();
  try {
    const start = async (set: string, role: '--configsvr' | '--shardsvr') => {
      const { host } = await members.add('--replSet', set, role);
      const client = members.direct(host);
      await initiate(client, set, host, role === '--configsvr' ? { configsvr: true } : {});
      return { set, host, client };
    };
    const [config, first, second] = await Promise.all([
      start('config', '--configsvr'),
      start('shard-a', '--shardsvr'),
      start('shard-b', '--shardsvr'),
    ]);
    const root = { createUser: USER, pwd: PASSWORD, roles: ['root'], mechanisms: ['SCRAM-SHA-256'] };
    // A capture asks the shards themselves, as the same user.
    for (const { client } of [first, second]) await client.db('admin').command(root);
    for (const { set, host } of [first, second])
      await config.client
        .db('admin')
        .command({ _configsvrAddShard: `${set}/${host}`, name: set, writeConcern: { w: 'majority' } });
    const router = await RouterDouble.start({
      configServer: config.host,
      shards: [
        { id: first.set, member: first.host },
        { id: second.set, member: second.host },
      ],
      key: members.key,
    });
    const uriOf = (host: string): string => `mongodb://${USER}:${PASSWORD}@${host}/?authSource=admin`;
    return {
      uri: uriOf(router.address),
      shards: [first.set, second.set],
      configServer: config.client,
      members: [first.client, second.client],
      memberUris: [uriOf(first.host), uriOf(second.host)],
      async stop() {
        await router.close();
        await members.close();
      },
    };
  } catch (error) {
    await members.close();
    throw error;
  }
}
