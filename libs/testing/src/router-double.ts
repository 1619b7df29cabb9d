import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { MongoServerReplyError } from '@lucid/clients/mongodb/wire/server-reply-error';
import { deserialize, type Document, serialize } from 'bson';
import { readCommand, replyTo } from './mongos-double.ts';
import { answerRouted, isRouted, type RoutedCollection } from './routed-documents.ts';

export interface RouterDoubleOptions {
  /** `host:port` of the primary of the config servers. */
  readonly configServer: string;
  /** Ids, and `host:port` of their primaries. Every database lives on the first one. */
  readonly shards: readonly [DoubledMember, ...DoubledMember[]];
  /** keyFile of all of them: the password of `__system`. */
  readonly key: string;
}

interface DoubledMember {
  readonly id: string;
  readonly member: string;
}

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
/** Fields that a member of a set says of itself and mongos does not. */
const OF_MEMBERS = [
  'setName',
  'setVersion',
  'hosts',
  'passives',
  'arbiters',
  'primary',
  'me',
  'secondary',
  'electionId',
];
const HELLO = new Set(['hello', 'isMaster', 'ismaster']);
const MAJORITY = { writeConcern: { w: 'majority' } };
const MANY = 100_000;

/**
 * A double of `mongos` over a **real** config server and **real** shards (mongod has both roles), which
 * therefore decide, refuse and balance as they do under a real router. What it is: a server that calls itself `isdbgrid`, sends the
 * commands of an administrator to where the router of MongoDB 6.0 sends them (`_configsvr…` on the config server,
 * `_shardsvr…` on the primary shard), reads and writes `config` on the config server, routes inserts, finds, counts and index
 * builds of sharded collections by the chunks that `config` has at that moment (`routed-documents.ts`), and hands everything else on
 * to the first shard, byte for byte, with the login of the client. What it is not: it attaches no versions of chunks, so what a shard
 * does while a chunk moves is not seen; it routes no update, delete, aggregation or `getMore` of a sharded collection (the first
 * shard alone answers them), makes no database by a write, gives one batch of what is read in `config` and in sharded
 * collections, does as `__system` what it routes, and has one address. The first shard is the primary shard of every database.
 */
export class RouterDouble {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly system = new Map<string, Promise<WireConnection>>();

  private constructor(private readonly options: RouterDoubleOptions) {
    this.server = createServer((client) => this.serve(client));
  }

  static async start(options: RouterDoubleOptions): Promise<RouterDouble> {
    const double = new RouterDouble(options);
    await new Promise<void>((resolve) => double.server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const connection of this.system.values()) (await connection).close();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** One connection of a client is one to the shard: its login, sessions and cursors are those of the shard. */
  private serve(client: Socket): void {
    const [host = '', port = ''] = this.options.shards[0].member.split(':');
    const shard = connect(Number(port), host);
    const hellos = new Set<number>();
    this.keepTogether(client, shard);
    forEachMessage(client, (message) => {
      const command = commandOf(message);
      if (command && HELLO.has(Object.keys(command)[0] ?? '')) hellos.add(message.readInt32LE(4));
      const answer = command && this.answerOf(command);
      if (!answer) return void shard.write(message);
      answer
        .then((reply) => (reply ? client.write(replyTo(message, reply)) : shard.write(message)))
        .catch(() => client.destroy());
    });
    forEachMessage(shard, (reply) => {
      client.write(hellos.delete(reply.readInt32LE(8)) ? asRouter(reply) : reply);
    });
  }

  private keepTogether(client: Socket, shard: Socket): void {
    for (const [one, other] of [
      [client, shard],
      [shard, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }

  /** Undefined, at once or later: the shard answers. */
  private answerOf({ $db: database, ...command }: Document): Promise<Document | undefined> | undefined {
    const [name = ''] = Object.keys(command);
    if (HELLO.has(name)) return undefined;
    if (database === 'config') return this.onConfig('config', inOneBatch(name, withoutSession(command)));
    if (database !== 'admin') return this.onCollection(name, String(database), withoutSession(command));
    return this.administer(name, withoutSession(command));
  }

  private onCollection(name: string, database: string, command: Document): Promise<Document | undefined> | undefined {
    const collection = String(command[name]);
    if (name === 'drop')
      return this.onPrimaryShard(`${database}.${collection}`, { _shardsvrDropCollection: collection });
    if (name === 'collMod') {
      const { collMod, writeConcern: _concern, ...changes } = command;
      return this.onPrimaryShard(`${database}.${collection}`, { _shardsvrCollMod: collMod, ...changes });
    }
    if (!isRouted(name)) return undefined;
    return this.routedCollection(database, collection).then(async (routed) => {
      if (!routed) return undefined;
      const shards = this.options.shards.map(async ({ id, member }) => ({
        id,
        connection: await this.systemOf(member),
      }));
      return refusalOf(answerRouted(name, command, routed, await Promise.all(shards)));
    });
  }

  private async routedCollection(database: string, collection: string): Promise<RoutedCollection | undefined> {
    const [found] = await this.configDocuments('collections', { _id: `${database}.${collection}` });
    if (!found) return undefined;
    const chunks = await this.configDocuments('chunks', { uuid: found['uuid'] });
    return { database, collection, key: found['key'] as Document, chunks };
  }

  /** Undefined where the collection is not sharded: its shard does it without the others. */
  private async onPrimaryShard(namespace: string, command: Document): Promise<Document | undefined> {
    const [database = ''] = namespace.split('.');
    if ((await this.configDocuments('collections', { _id: namespace })).length === 0) return undefined;
    const [found] = await this.configDocuments('databases', { _id: database });
    return this.asSystem(this.options.shards[0].member, database, {
      ...command,
      databaseVersion: found?.['version'],
      ...MAJORITY,
    });
  }

  private async configDocuments(find: string, filter: Document): Promise<Document[]> {
    const reply = await this.onConfig('config', { find, filter, batchSize: MANY });
    return (reply['cursor'] as { firstBatch: Document[] } | undefined)?.firstBatch ?? [];
  }

  /** As cluster_*_cmd.cpp of MongoDB 6.0 (src/mongo/s/commands) do it. */
  private administer(name: string, command: Document): Promise<Document | undefined> | undefined {
    const value: unknown = command[name];
    const range = { min: command['min'], max: command['max'] };
    switch (name) {
      case 'listShards':
        return this.onConfig('config', { find: 'shards', batchSize: MANY }).then(({ cursor, ...failed }) =>
          cursor ? { shards: (cursor as Document)['firstBatch'], ok: 1 } : failed,
        );
      case 'enableSharding':
        return this.createDatabase(String(value), command['primaryShard'] as string | undefined).then(confirmed);
      case 'shardCollection':
        return this.shardCollection(String(value), command);
      case 'moveRange':
        return this.onConfig('admin', {
          _configsvrMoveRange: value,
          ...definedOf(range),
          toShard: command['toShard'],
        }).then(confirmed);
      case 'renameCollection':
        return this.onPrimaryShard(String(value), {
          _shardsvrRenameCollection: String(value).slice(String(value).indexOf('.') + 1),
          ...definedOf({ to: command['to'], dropTarget: command['dropTarget'] }),
        }).then((reply) => reply && confirmed(reply));
      case 'balancerStatus':
        return this.onConfig('admin', { _configsvrBalancerStatus: 1 });
      case 'balancerStart':
        return this.onConfig('admin', { _configsvrBalancerStart: 1 }).then(confirmed);
      case 'balancerStop':
        return this.onConfig('admin', { _configsvrBalancerStop: 1 }).then(confirmed);
      case 'addShardToZone':
        return this.onConfig('admin', { _configsvrAddShardToZone: value, zone: command['zone'], ...MAJORITY });
      case 'removeShardFromZone':
        return this.onConfig('admin', { _configsvrRemoveShardFromZone: value, zone: command['zone'], ...MAJORITY });
      case 'updateZoneKeyRange':
        return this.onConfig('admin', {
          _configsvrUpdateZoneKeyRange: value,
          ...range,
          zone: command['zone'],
          ...MAJORITY,
        });
      default:
        return undefined;
    }
  }

  private createDatabase(name: string, primaryShardId = this.options.shards[0].id): Promise<Document> {
    return this.onConfig('admin', { _configsvrCreateDatabase: name, primaryShardId, ...MAJORITY });
  }

  private async shardCollection(namespace: string, { key, unique, collation }: Document): Promise<Document> {
    const [database = '', ...rest] = namespace.split('.');
    const created = await this.createDatabase(database);
    if (created['ok'] !== 1) return created;
    const answer = await this.asSystem(this.options.shards[0].member, database, {
      _shardsvrCreateCollection: rest.join('.'),
      shardKey: key,
      ...(unique !== undefined && { unique }),
      ...(collation !== undefined && { collation }),
      databaseVersion: created['databaseVersion'],
      ...MAJORITY,
    });
    return answer['ok'] === 1 ? { collectionsharded: namespace, ok: 1 } : answer;
  }

  private onConfig(database: string, command: Document): Promise<Document> {
    return this.asSystem(this.options.configServer, database, command);
  }

  /** As the members do it among themselves. A refusal comes back as the server gave it. */
  private asSystem(member: string, database: string, command: Document): Promise<Document> {
    const answer = this.systemOf(member).then((open) => open.command(database, command, { exactTypes: true }));
    return refusalOf(answer.then(plain));
  }

  private systemOf(member: string): Promise<WireConnection> {
    const [host = '', port = ''] = member.split(':');
    const user = { username: '__system', password: this.options.key, authSource: 'local' };
    const open = this.system.get(member) ?? WireConnection.connect({ host, port: Number(port), ...user });
    this.system.set(member, open);
    return open;
  }
}

async function refusalOf(answer: Promise<Document>): Promise<Document> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof MongoServerReplyError)) throw error;
    return { ok: 0, code: cause.code, codeName: cause.codeName, errmsg: cause.message };
  }
}

function definedOf(fields: Document): Document {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function confirmed(reply: Document): Document {
  return Number(reply['ok']) === 1 ? { ok: 1 } : reply;
}

/** Without the times that only a member of the cluster may hand on. */
function plain(reply: Document): Document {
  const {
    $clusterTime: _time,
    operationTime: _operation,
    $configTime: _config,
    $topologyTime: _topology,
    ...rest
  } = reply;
  return { ...rest, ok: Number(rest['ok']) };
}

function withoutSession(command: Document): Document {
  const { lsid: _lsid, txnNumber: _txn, $clusterTime: _time, $readPreference: _read, ...rest } = command;
  return rest;
}

function inOneBatch(name: string, command: Document): Document {
  if (name === 'find') return { ...command, batchSize: MANY };
  return name === 'aggregate' ? { ...command, cursor: { batchSize: MANY } } : command;
}

/** The command of a message; undefined for what is neither a command nor the first `hello` of a driver. */
function commandOf(message: Buffer): Document | undefined {
  if (message.readInt32LE(12) !== OP_QUERY) return readCommand(message);
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  return deserialize(message.subarray(nameEnd + 9), { allowObjectSmallerThanBufferSize: true });
}

/** What the shard says of itself, as mongos says it: https://www.mongodb.com/docs/manual/reference/command/hello/#output */
function asRouter(reply: Buffer): Buffer {
  const start = HEADER_BYTES + (reply.readInt32LE(12) === OP_REPLY ? 20 : 5);
  // Without a version of its topology it is asked again and again, and waits for no change.
  const drop = new Set([...OF_MEMBERS, 'topologyVersion', 'lastWrite']);
  const hello = deserialize(reply.subarray(start), { promoteValues: false });
  const kept = Object.fromEntries(Object.entries(hello).filter(([field]) => !drop.has(field)));
  const body = serialize({ ...kept, msg: 'isdbgrid' });
  const whole = Buffer.concat([reply.subarray(0, start), body]);
  whole.writeInt32LE(whole.length, 0);
  return whole;
}

function forEachMessage(socket: Socket, take: (message: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    waiting = Buffer.concat([waiting, part]);
    while (waiting.length >= HEADER_BYTES && waiting.length >= waiting.readInt32LE(0)) {
      const message = waiting.subarray(0, waiting.readInt32LE(0));
      waiting = waiting.subarray(message.length);
      take(message);
    }
  });
}
