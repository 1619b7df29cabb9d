import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoClient, ReadPreference, type Document } from 'mongodb';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { primaryOf, type ReplicaSetConfig, type ReplicaSetStatus } from '../replica-set/replica-set-config.ts';
import type { ConnectionsFigures, DatabaseHealth, HealthReason, MemberHealth, ShardHealth } from './database.dto.ts';
import {
  degradedBy,
  holdsData,
  memberHealth,
  oplogReasons,
  oplogWindow,
  replicaSetReasons,
  serverReasons,
  statusOf,
  unhealthyBy,
  type ReplicaSetFacts,
} from './health-reasons.ts';
import { MemberFactsReader } from './member-facts.ts';

const readPreference = ReadPreference.primaryPreferred;
const TIMEOUT_MS = 5_000;
const NOTHING: Omit<DatabaseHealth, 'status' | 'reasons' | 'checkedAt' | 'deployment'> = {
  ...{ replicaSet: null, primary: null, seenBy: null, members: [], shards: [], oplog: null, connections: null },
};

/** How the database is, with the reasons: of a set from the view of its primary, or of whoever answers while there is none. */
@Injectable()
export class HealthService {
  constructor(
    private readonly client: MongoClient,
    private readonly deployment: DeploymentKind,
    private readonly facts: MemberFactsReader,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** An answer in any case: that nothing can be reached is one too. */
  async report(): Promise<DatabaseHealth> {
    const checkedAt = this.clock.now();
    const { reasons, ...found } = await this.look().catch((error: unknown) => {
      const known = toMongoAppError(error);
      if (!known) throw error;
      const reason = unhealthyBy(known.code, known.message);
      return { ...NOTHING, deployment: null, reasons: [reason] };
    });
    return { status: statusOf(reasons), reasons, checkedAt, ...found };
  }

  private async look(): Promise<Omit<DatabaseHealth, 'status' | 'checkedAt'>> {
    const deployment = await this.deployment.get();
    if (deployment === 'replica-set') return { ...NOTHING, deployment, ...(await this.replicaSet()) };
    const { connections, disk } = await this.facts.ofServer(this.client.db('admin'));
    const reasons = serverReasons({ connections, disk });
    if (deployment === 'sharded')
      return { ...NOTHING, deployment, connections, shards: await this.shards(reasons), reasons };
    const message =
      'one server of its own: nothing takes over when it fails, and the oplog, backups and live search need a set';
    return { ...NOTHING, deployment, connections, reasons: [...reasons, degradedBy('STANDALONE', message)] };
  }

  private async replicaSet(): Promise<Partial<DatabaseHealth> & { reasons: HealthReason[] }> {
    const set = await this.readSet();
    const members = memberHealth(set);
    const oplog = oplogWindow(set);
    return {
      replicaSet: set.status.set,
      primary: primaryOf(set.status)?.name ?? null,
      seenBy: set.status.members.find(({ self }) => self)?.name ?? null,
      ...{ members, oplog, connections: sum(members) },
      reasons: [...replicaSetReasons(set, members), ...oplogReasons(oplog)],
    };
  }

  private async readSet(): Promise<ReplicaSetFacts> {
    const admin = this.client.db('admin');
    const ask = (command: Document): Promise<Document> =>
      admin.command({ ...command, maxTimeMS: TIMEOUT_MS }, { readPreference });
    const status = (await ask({ replSetGetStatus: 1 })) as ReplicaSetFacts['status'] & ReplicaSetStatus;
    const { config } = (await ask({ replSetGetConfig: 1 })) as unknown as { config: ReplicaSetConfig };
    const asked = status.members.filter(holdsData).map(({ name }) => name);
    const told = await Promise.all(asked.map(async (host) => [host, await this.facts.of(host)] as const));
    return { status, config, facts: new Map(told) };
  }

  /** The members of a shard are asked through a service that is connected to that shard. */
  private async shards(reasons: HealthReason[]): Promise<ShardHealth[]> {
    const { shards = [] } = await this.client.db('admin').command({ listShards: 1, maxTimeMS: TIMEOUT_MS });
    const found = shards as { _id: string; host: string; state?: number }[];
    for (const { _id, state = 1 } of found)
      if (state !== 1) reasons.push(degradedBy('SHARD_NOT_READY', `the shard ${_id} is being added or removed`));
    if (found.length === 0) reasons.push(unhealthyBy('NO_SHARDS', 'the cluster has no shards: nothing can be stored'));
    return found.map(({ _id, host }) => ({ id: _id, hosts: host }));
  }
}

function sum(members: readonly MemberHealth[]): ConnectionsFigures | null {
  const known = members.flatMap(({ connections }) => connections ?? []);
  if (known.length === 0) return null;
  const total = (pick: (figures: ConnectionsFigures) => number): number =>
    known.reduce((all, figures) => all + pick(figures), 0);
  return { current: total(({ current }) => current), available: total(({ available }) => available) };
}
