import { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { parseAddress } from '@lucid/clients/mongodb/wire/mongodb-uri';
import type { EngineTls } from '@lucid/clients/engine-tls';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { type Document, MongoClient, ReadPreference } from 'mongodb';
import type { ReplicaSetConfig, ReplicaSetStatus } from './replica-set-config.ts';

/** What a server that is to join says of itself before anybody has logged in to it. */
export type Probe =
  | { kind: 'unreachable' | 'router' | 'standalone' | 'other-set' | 'same-name' | 'member' }
  | { kind: 'empty'; wireVersion: number };

export interface OplogWindow {
  firstAt: Date;
  lastAt: Date;
}

export interface StoredConfig {
  config: ReplicaSetConfig;
  /** Has a majority taken it over? Null where no primary says so. */
  isCommitted: boolean | null;
}

const PROBE_TIMEOUT_MS = 5_000;
/** For a majority to take a new configuration over; a change that is only late is found done by the next look. */
const RECONFIGURE_TIMEOUT_MS = 20_000;

/** The only place that knows the replication commands: https://www.mongodb.com/docs/manual/reference/command/nav-replication/ */
@Injectable()
export class ReplicaSetRepository {
  constructor(
    private readonly client: MongoClient,
    @InjectConfig() private readonly settings: CommonConfig,
  ) {}

  /** As the primary sees it, else as any member does. */
  async status(): Promise<ReplicaSetStatus> {
    return (await this.ask({ replSetGetStatus: 1 })) as ReplicaSetStatus;
  }

  async config(): Promise<StoredConfig> {
    // Only a primary knows whether its configuration is committed, and refuses the question otherwise.
    const isPrimaryThere = (await this.ask({ hello: 1 }))['isWritablePrimary'] === true;
    const answer = await this.ask({ replSetGetConfig: 1, ...(isPrimaryThere && { commitmentStatus: true }) });
    const isCommitted = typeof answer['commitmentStatus'] === 'boolean' ? answer['commitmentStatus'] : null;
    return { config: answer['config'] as ReplicaSetConfig, isCommitted };
  }

  async hasImplicitWriteConcern(): Promise<boolean> {
    const { defaultWriteConcernSource } = await this.ask({ getDefaultRWConcern: 1 });
    return defaultWriteConcernSource === 'implicit';
  }

  /** Of the primary; null where it does not say. */
  async oplogWindow(): Promise<OplogWindow | null> {
    const without = { wiredTiger: 0, metrics: 0, locks: 0, tcmalloc: 0, repl: 0, transactions: 0, opLatencies: 0 };
    const { oplog } = await this.ask({ serverStatus: 1, oplog: 1, ...without });
    const { earliestOptime, latestOptime } = (oplog ?? {}) as { earliestOptime?: Moment; latestOptime?: Moment };
    const firstAt = dateOf(earliestOptime);
    const lastAt = dateOf(latestOptime);
    return firstAt && lastAt ? { firstAt, lastAt } : null;
  }

  async primaryWireVersion(): Promise<number> {
    return Number((await this.ask({ hello: 1 }))['maxWireVersion']);
  }

  /** Never by force: a majority has to take it over. */
  async reconfigure(config: ReplicaSetConfig): Promise<void> {
    const command = { replSetReconfig: config, maxTimeMS: RECONFIGURE_TIMEOUT_MS };
    await this.client.db('admin').command(command, { readPreference: ReadPreference.primary });
  }

  /** @param seconds for which the former primary is not elected again */
  async stepDown(seconds: number, catchUpSeconds: number): Promise<void> {
    const command = { replSetStepDown: seconds, secondaryCatchUpPeriodSecs: catchUpSeconds };
    await this.client.db('admin').command(command, { readPreference: ReadPreference.primary });
  }

  /** The member that takes writes now, by its own word. */
  async writablePrimary(): Promise<string | undefined> {
    const hello = await this.client.db('admin').command({ hello: 1 }, { readPreference: ReadPreference.primary });
    return hello['isWritablePrimary'] === true ? String(hello['me']) : undefined;
  }

  /** Asks a server that is to join who it is; it has no users yet, so nobody logs in. Never throws. */
  async probe(host: string, setName: string, members: readonly string[]): Promise<Probe> {
    let connection: WireConnection | undefined;
    try {
      connection = await WireConnection.connect({
        ...parseAddress(host),
        ...(this.tls() && { tls: this.tls() }),
        connectTimeoutMs: PROBE_TIMEOUT_MS,
      });
      const hello = await connection.command('admin', { hello: 1 }, { timeoutMs: PROBE_TIMEOUT_MS });
      return readHello(hello, setName, members);
    } catch {
      return { kind: 'unreachable' };
    } finally {
      connection?.close();
    }
  }

  /** Hosts that MONGODB_URI names, in lower case. */
  seeds(): string[] {
    return this.client.options.hosts.map((host) => host.toString().toLowerCase());
  }

  private tls(): EngineTls | undefined {
    return this.client.options.tls ? (mongodbTls(this.settings) ?? {}) : undefined;
  }

  private ask(command: Document): Promise<Document> {
    return this.client.db('admin').command(command, { readPreference: ReadPreference.primaryPreferred });
  }
}

/** A Timestamp, or in older servers an object of it and the term. */
type Moment = { t?: number; ts?: { t?: number } };

function dateOf(moment: Moment | undefined): Date | undefined {
  const seconds = moment?.ts?.t ?? moment?.t;
  return typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
}

/** https://www.mongodb.com/docs/manual/reference/command/hello/#output */
function readHello(hello: Document, setName: string, members: readonly string[]): Probe {
  if (hello['msg'] === 'isdbgrid') return { kind: 'router' };
  if (typeof hello['setName'] === 'string') {
    if (hello['setName'] !== setName) return { kind: 'other-set' };
    return { kind: members.includes(String(hello['me'])) ? 'member' : 'same-name' };
  }
  // Started with --replSet and in no set, or no longer in one.
  return hello['isreplicaset'] === true
    ? { kind: 'empty', wireVersion: Number(hello['maxWireVersion']) }
    : { kind: 'standalone' };
}
