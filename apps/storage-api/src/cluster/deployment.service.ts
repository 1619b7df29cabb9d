import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { MongoClient, ReadPreference } from 'mongodb';

/** What the services are connected to: members of one replica set, the router of a sharded cluster, or one server of its own. */
export type Deployment = 'replica-set' | 'sharded' | 'standalone';

/** Tells the kinds apart, by what `hello` answers: https://www.mongodb.com/docs/manual/reference/command/hello/ */
@Injectable()
export class DeploymentKind {
  constructor(private readonly client: MongoClient) {}

  /** @throws AppError MONGODB_UNAVAILABLE */
  async get(): Promise<Deployment> {
    const readPreference = ReadPreference.primaryPreferred;
    const hello = await this.client.db('admin').command({ hello: 1 }, { readPreference });
    if (hello['msg'] === 'isdbgrid') return 'sharded';
    return typeof hello['setName'] === 'string' ? 'replica-set' : 'standalone';
  }

  /** @throws AppError NOT_REPLICA_SET */
  async requireReplicaSet(): Promise<void> {
    const kind = await this.get();
    if (kind === 'sharded') {
      const detail =
        'the services are connected to the router of a sharded cluster, whose shards each have members of their own: ask a storage-api whose MONGODB_URI names the members of one shard';
      throw new AppError('NOT_REPLICA_SET', detail);
    }
    if (kind === 'standalone') {
      throw new AppError(
        'NOT_REPLICA_SET',
        'this MongoDB is a single server: start it with --replSet and initiate a set',
      );
    }
  }

  /** @throws AppError NOT_SHARDED */
  async requireSharded(): Promise<void> {
    if ((await this.get()) === 'sharded') return;
    const detail =
      'the services are connected to a replica set: set up config servers and shards, start mongos, add this set with addShard, and point MONGODB_URI at mongos; a set that is large enough needs none of it';
    throw new AppError('NOT_SHARDED', detail);
  }
}
