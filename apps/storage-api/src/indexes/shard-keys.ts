import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoClient, type Db } from 'mongodb';
import { DeploymentKind } from '../cluster/deployment.service.ts';

/** What the sharded collections of the main database are split by. */
@Injectable()
export class ShardKeys {
  constructor(
    private readonly client: MongoClient,
    private readonly deployment: DeploymentKind,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /** Fields by collection; a sharded collection cannot be without an index that begins with them. */
  async byCollection(): Promise<Map<string, string[]>> {
    if ((await this.deployment.get()) !== 'sharded') return new Map();
    const prefix = `${this.database.databaseName}.`;
    const found = await this.client
      .db('config')
      .collection<{ _id: string; key?: object }>('collections')
      .find({ _id: { $gte: prefix, $lt: `${this.database.databaseName}/` } })
      .toArray();
    return new Map(found.map(({ _id, key = {} }) => [_id.slice(prefix.length), Object.keys(key)]));
  }
}
