import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { deserialize, type Document, Long, MaxKey, MinKey, serialize, UUID } from 'bson';

export interface DoubledShard {
  readonly id: string;
  readonly replicaSet: string;
  /** `host:port` of its only member. */
  readonly member: string;
  /** Documents whose shard key is below this, and not below that of the shard before, live here; the last one has none. */
  readonly below?: number;
}

export interface MongosDoubleOptions {
  readonly shards: readonly DoubledShard[];
  readonly username: string;
  readonly password: string;
  /** `database.collection`, sharded by its `_id`, a number. */
  readonly sharded: string;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Commands of a client that says who it is: the first shard, which knows the same user, answers them. */
const TO_FIRST_SHARD = [
  'saslStart',
  'saslContinue',
  'ping',
  'buildInfo',
  'getParameter',
  'endSessions',
  'connectionStatus',
];

/**
 * The smallest double of a `mongos` that a backup can be made through, over two or more real replica sets. What it is: a server that
 * speaks OP_MSG, calls itself `isdbgrid`, lists its shards, shows `config`, and sends inserts and finds of one collection to the
 * shards by the range of a numeric `_id`. What it is not: it has no config servers, moves no chunk by itself, knows no
 * sessions, cursors (an answer is one batch), transactions, write concerns or versions of chunks, and any other command it refuses. The shards
 * are no members of a cluster and do not gossip their times.
 */
export class MongosDouble {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly connections: WireConnection[] = [];
  private readonly config: Record<string, Document[]>;

  private constructor(private readonly options: MongosDoubleOptions) {
    this.config = configOf(options);
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      this.serve(socket).catch(() => socket.destroy());
    });
  }

  static async start(options: MongosDoubleOptions): Promise<MongosDouble> {
    const double = new MongosDouble(options);
    await new Promise<void>((resolve) => double.server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get uri(): string {
    const { port } = this.server.address() as AddressInfo;
    const { username, password } = this.options;
    return `mongodb://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}/?authSource=admin`;
  }

  /** As if the balancer had moved the first chunk: its version grows. */
  moveChunk(): void {
    const [chunk] = this.config['chunks'] ?? [];
    if (chunk) chunk['lastmod'] = Long.fromValue(chunk['lastmod'] as Long).add(1);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const connection of this.connections) connection.close();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(socket: Socket): Promise<void> {
    const first = await this.connectAs(this.options.shards[0], false);
    let waiting = Buffer.alloc(0);
    for await (const part of socket) {
      waiting = Buffer.concat([waiting, part as Buffer]);
      while (waiting.length >= HEADER_BYTES && waiting.length >= waiting.readInt32LE(0)) {
        const message = waiting.subarray(0, waiting.readInt32LE(0));
        waiting = waiting.subarray(message.length);
        socket.write(replyTo(message, await this.answer(readCommand(message), first)));
      }
    }
    first.close();
  }

  private async answer({ $db: database, ...command }: Document, first: WireConnection): Promise<Document> {
    const [name = ''] = Object.keys(command);
    if (name === 'hello' || name === 'isMaster' || name === 'ismaster')
      return { isWritablePrimary: true, ismaster: true, msg: 'isdbgrid', minWireVersion: 0, maxWireVersion: 17, ok: 1 };
    if (name === 'listShards') return { shards: this.config['shards'], ok: 1 };
    if (name === 'balancerStatus') return { mode: 'full', inBalancerRound: false, ok: 1 };
    if (name === 'find' && database === 'config')
      return cursorOf('config', command, this.config[String(command['find'])] ?? []);
    const namespace = `${String(database)}.${String(command[name])}`;
    if (namespace === this.options.sharded && name === 'find') return this.findEverywhere(String(database), command);
    if (namespace === this.options.sharded && name === 'insert') return this.insertByRange(String(database), command);
    if (TO_FIRST_SHARD.includes(name)) return forward(first, String(database), command);
    return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `the double of mongos does not know ${name}` };
  }

  private async findEverywhere(database: string, command: Document): Promise<Document> {
    const found: Document[] = [];
    for (const shard of this.options.shards) {
      const connection = await this.connectAs(shard);
      const { cursor } = await connection.command(
        database,
        { ...command, singleBatch: true, batchSize: 100_000 },
        { exactTypes: true },
      );
      found.push(...(cursor.firstBatch as Document[]));
    }
    return cursorOf(database, command, found);
  }

  private async insertByRange(database: string, command: Document): Promise<Document> {
    const documents = command['documents'] as Document[];
    let n = 0;
    let lowest = -Infinity;
    for (const shard of this.options.shards) {
      const below = shard.below ?? Infinity;
      const own = documents.filter(({ _id }) => Number(_id) >= lowest && Number(_id) < below);
      lowest = below;
      if (own.length === 0) continue;
      const connection = await this.connectAs(shard);
      n += Number((await connection.command(database, { insert: command['insert'], documents: own })).n);
    }
    return { n, ok: 1 };
  }

  /** @param isUser false for a connection on which a client says who it is */
  private async connectAs(shard: DoubledShard | undefined, isUser = true): Promise<WireConnection> {
    const [host = '', port = ''] = (shard?.member ?? '').split(':');
    const { username, password } = this.options;
    const user = isUser ? { username, password } : {};
    const connection = await WireConnection.connect({ host, port: Number(port), ...user });
    this.connections.push(connection);
    return connection;
  }
}

function configOf({ shards, sharded }: MongosDoubleOptions): Record<string, Document[]> {
  const [database = ''] = sharded.split('.');
  const [first] = shards;
  const uuid = new UUID();
  return {
    shards: shards.map(({ id, replicaSet, member }) => ({ _id: id, host: `${replicaSet}/${member}`, state: 1 })),
    databases: [{ _id: database, primary: first?.id, partitioned: true }],
    collections: [{ _id: sharded, uuid, key: { _id: 1 }, unique: false }],
    tags: [],
    chunks: shards.map(({ id, below }, index) => ({
      ...{ _id: index, uuid, shard: id, lastmod: Long.ONE },
      min: { _id: shards[index - 1]?.below ?? new MinKey() },
      max: { _id: below ?? new MaxKey() },
    })),
  };
}

async function forward(connection: WireConnection, database: string, command: Document): Promise<Document> {
  const { $readPreference: _read, $clusterTime: _time, lsid: _session, ...rest } = command;
  const reply = await connection.command(database, rest, { exactTypes: true });
  const { $clusterTime: _gossip, operationTime: _operation, ...answer } = reply;
  return answer;
}

function cursorOf(database: string, command: Document, firstBatch: readonly Document[]): Document {
  return { cursor: { id: Long.ZERO, ns: `${database}.${String(command['find'])}`, firstBatch }, ok: 1 };
}

/** The command of an OP_MSG, with a document sequence put into it as the array that it stands for. */
export function readCommand(message: Buffer): Document {
  if (message.readInt32LE(12) !== OP_MSG) throw new Error('the double of mongos speaks OP_MSG only');
  const sequences: Document = {};
  let body: Document = {};
  for (let at = HEADER_BYTES + 4; at < message.length;) {
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (message[at] === 0) body = deserialize(section, { promoteValues: false });
    else {
      const nameEnd = section.indexOf(0, 4);
      const documents: Document[] = [];
      for (let start = nameEnd + 1; start < size; start += section.readInt32LE(start))
        documents.push(
          deserialize(section.subarray(start, start + section.readInt32LE(start)), { promoteValues: false }),
        );
      sequences[section.toString('utf8', 4, nameEnd)] = documents;
    }
    at += 1 + size;
  }
  return { ...body, ...sequences };
}

export function replyTo(message: Buffer, answer: Document): Buffer {
  const body = serialize(answer, { ignoreUndefined: true });
  const head = Buffer.alloc(HEADER_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}
