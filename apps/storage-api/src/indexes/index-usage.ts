import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoClient, ReadPreference, type Db, type Document } from 'mongodb';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { holdsData } from '../database/health-reasons.ts';
import { MemberFactsReader } from '../database/member-facts.ts';
import type { ReplicaSetStatus } from '../replica-set/replica-set-config.ts';
import type { IndexUsage } from './indexes.dto.ts';

const TIMEOUT_MS = 5_000;
/** What is asked where there are no members: it answers for everything behind it. */
const WHOLE = new Set(['router', 'server']);

/** What one server counted: https://www.mongodb.com/docs/manual/reference/operator/aggregation/indexStats/ */
interface Counted {
  member: string;
  indexes: { name: string; operations: number; since: Date }[];
}

/** The members whose counts make up the use of an index: a query counts on the member that ran it, and nowhere else. */
export interface AskedMembers {
  hosts: readonly string[];
  /** Data-bearing members that the others see as gone. */
  down: readonly string[];
}

/** How often indexes were used, summed over all members. */
@Injectable()
export class IndexUsageReader {
  constructor(
    private readonly client: MongoClient,
    private readonly deployment: DeploymentKind,
    private readonly facts: MemberFactsReader,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /** To be asked once for a report over many collections. */
  async members(): Promise<AskedMembers> {
    const deployment = await this.deployment.get();
    if (deployment !== 'replica-set') return { hosts: [deployment === 'sharded' ? 'router' : 'server'], down: [] };
    const command = { replSetGetStatus: 1, maxTimeMS: TIMEOUT_MS };
    const { members } = (await this.client
      .db('admin')
      .command(command, { readPreference: ReadPreference.primaryPreferred })) as unknown as ReplicaSetStatus;
    const isArbiter = ({ state }: { state: number }): boolean => state === 7;
    return {
      hosts: members.filter(holdsData).map(({ name }) => name),
      down: members.filter((member) => !holdsData(member) && !isArbiter(member)).map(({ name }) => name),
    };
  }

  /** By name of the index. An index that one member has not counted yet counts from that member's time on. */
  async of(collection: string, { hosts, down }: AskedMembers): Promise<Map<string, IndexUsage>> {
    const answers = await Promise.all(hosts.map((host) => this.ask(host, collection)));
    const unreachable = [...down, ...hosts.filter((_, index) => answers[index] === undefined)];
    const usage = new Map<string, IndexUsage>();
    for (const counted of answers) {
      for (const { name, operations, since } of counted?.indexes ?? []) {
        const before = usage.get(name) ?? { operations: 0, since: null, members: [], unreachable };
        usage.set(name, {
          operations: before.operations + operations,
          since: before.since && before.since > since ? before.since : since,
          members: [...new Set([...before.members, counted?.member ?? ''])],
          unreachable,
        });
      }
    }
    return usage;
  }

  private async ask(host: string, collection: string): Promise<Counted | undefined> {
    const ask = (database: Db): Promise<Document[]> =>
      database
        .collection(collection)
        .aggregate([{ $indexStats: {} }], { maxTimeMS: TIMEOUT_MS, readPreference: ReadPreference.nearest })
        .toArray();
    const found = WHOLE.has(host)
      ? await ask(this.database)
      : await this.facts.ask(host, this.database.databaseName, ask);
    return found && { member: host, indexes: found.filter(({ building }) => building !== true).map(toCount) };
  }
}

function toCount({ name, accesses }: Document): Counted['indexes'][number] {
  const { ops, since } = accesses as { ops: number | bigint; since: Date };
  return { name: String(name), operations: Number(ops), since };
}
