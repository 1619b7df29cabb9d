import { AppError } from '@lucid/core/app-error';
import type { Document } from 'bson';
import type { EngineTls } from '../../engine-tls.ts';
import { type MongodbUri, parseAddress, parseMongodbUri } from './mongodb-uri.ts';
import { WireConnection } from './wire-connection.ts';

export interface ReplicaSetView {
  readonly name: string;
  /** `host:port` as the set names it. */
  readonly primary: string | undefined;
  /** Every member that holds data and is not hidden, sorted. */
  readonly members: readonly string[];
}

/** A shard of a sharded cluster, as the router names it. */
export interface ShardAddress {
  readonly id: string;
  readonly replicaSet: string;
  /** `host:port`. */
  readonly hosts: readonly string[];
}

/** Connections to the members of the replica set that a URI names. */
export class Topology {
  private readonly uri: MongodbUri;
  private readonly tls: EngineTls | undefined;

  /** @throws AppError CONFIG_INVALID */
  constructor(uri: string | MongodbUri, tls?: EngineTls) {
    this.uri = typeof uri === 'string' ? parseMongodbUri(uri) : uri;
    this.tls = tls ?? (this.uri.tls ? {} : undefined);
  }

  /** A connection to exactly this member. @throws AppError MONGODB_UNAVAILABLE, TIMEOUT, CONFIG_INVALID */
  connect(member: string): Promise<WireConnection> {
    const { username, password, authSource } = this.uri;
    return WireConnection.connect({ ...parseAddress(member), username, password, authSource, tls: this.tls });
  }

  /** The set as the first seed that answers sees it. @throws AppError MONGODB_UNAVAILABLE, ENGINE_UNSUITABLE (no replica set) */
  async view(): Promise<ReplicaSetView> {
    let failure: unknown;
    for (const { host, port } of this.uri.hosts) {
      try {
        const hello = await this.hello(`${host.includes(':') ? `[${host}]` : host}:${port}`);
        if (typeof hello.setName !== 'string') {
          throw new AppError('ENGINE_UNSUITABLE', 'This MongoDB is not a replica set; start it with --replSet.');
        }
        const members = [...((hello.hosts ?? []) as string[]), ...((hello.passives ?? []) as string[])].sort();
        return { name: hello.setName, primary: hello.primary as string | undefined, members };
      } catch (error) {
        failure = error;
      }
    }
    throw failure instanceof AppError
      ? failure
      : new AppError('MONGODB_UNAVAILABLE', 'No member answers.', { cause: failure });
  }

  /**
   * The shards, where the URI leads to the router of a sharded cluster (mongos); undefined for a replica set.
   * @throws AppError MONGODB_UNAVAILABLE, ENGINE_UNSUITABLE (the user may not list shards)
   */
  async shards(): Promise<ShardAddress[] | undefined> {
    const router = await this.connectSeed();
    try {
      if ((await router.command('admin', { hello: 1 })).msg !== 'isdbgrid') return undefined;
      const { shards } = await router.command('admin', { listShards: 1 });
      return (shards as { _id: string; host: string }[]).map(({ _id: id, host }) => {
        const [replicaSet = '', hosts = ''] = host.split('/');
        return { id, replicaSet, hosts: hosts.split(',') };
      });
    } finally {
      router.close();
    }
  }

  /** The members of a shard, with the user of this URI. */
  ofShard({ hosts }: ShardAddress): Topology {
    return new Topology({ ...this.uri, hosts: hosts.map(parseAddress) }, this.tls);
  }

  /** A connection to the first seed that answers, whatever it is. @throws AppError MONGODB_UNAVAILABLE */
  async connectSeed(): Promise<WireConnection> {
    let failure: unknown;
    for (const { host, port } of this.uri.hosts) {
      try {
        return await this.connect(`${host.includes(':') ? `[${host}]` : host}:${port}`);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** A connection to the primary. @throws AppError MONGODB_UNAVAILABLE where there is none at present */
  async connectPrimary(): Promise<WireConnection> {
    const { primary } = await this.view();
    if (primary === undefined) throw new AppError('MONGODB_UNAVAILABLE', 'The replica set has no primary at present.');
    return this.connect(primary);
  }

  /**
   * The member to read from: the preferred one while it is a healthy secondary, else the first other secondary by name, else
   * the primary, so that the load of a backup stays off it where it can. @throws AppError MONGODB_UNAVAILABLE
   */
  async chooseReadingMember(preferred?: string): Promise<string> {
    const { members, primary } = await this.view();
    const others = members.filter((member) => member !== preferred && member !== primary);
    const wanted = [...members.filter((member) => member === preferred && member !== primary), ...others];
    for (const member of wanted) {
      const hello = await this.hello(member).catch(() => undefined);
      if (hello?.secondary === true) return member;
    }
    if (primary !== undefined) return primary;
    throw new AppError('MONGODB_UNAVAILABLE', 'No member of the replica set can be read.');
  }

  private async hello(member: string): Promise<Document> {
    const connection = await this.connect(member);
    try {
      return await connection.command('admin', { hello: 1 });
    } finally {
      connection.close();
    }
  }
}
