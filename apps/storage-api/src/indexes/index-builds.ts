import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoClient, type Db, type Document } from 'mongodb';
import type { IndexBuildProgress } from './indexes.dto.ts';

const TIMEOUT_MS = 3_000;

/** What the primary is building now. */
@Injectable()
export class IndexBuilds {
  constructor(
    private readonly client: MongoClient,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /**
   * Progress by name of the index. Two operations show a build, that of whoever asked for it and the builder's own thread
   * (`IndexBuildsCoordinatorMongod-0`); only the builder's has figures, of the phase that `msg` names. Between the phases, and while
   * it waits for the votes of the other members, there are none. (Seen of MongoDB 6.0.)
   * https://www.mongodb.com/docs/manual/reference/command/currentOp/
   */
  async of(collection: string): Promise<Map<string, IndexBuildProgress>> {
    const namespace = `${this.database.databaseName}.${collection}`;
    const stages = [
      { $currentOp: { allUsers: true, idleConnections: false } },
      { $match: { ns: namespace, 'command.createIndexes': collection } },
      { $project: { desc: 1, msg: 1, progress: 1, secs_running: 1, 'command.indexes.name': 1 } },
    ];
    const found = await this.client.db('admin').aggregate(stages, { maxTimeMS: TIMEOUT_MS }).toArray();
    // The builder's own comes last, and so counts.
    const builders = found.toSorted((a, b) => Number(isBuilder(a)) - Number(isBuilder(b)));
    const builds = builders.flatMap((operation) => {
      const indexes = (operation['command'] as { indexes?: { name: string }[] }).indexes ?? [];
      return indexes.map(({ name }): [string, IndexBuildProgress] => [name, toProgress(operation)]);
    });
    return new Map(builds);
  }
}

function isBuilder({ desc }: Document): boolean {
  return String(desc).startsWith('IndexBuildsCoordinator');
}

function toProgress({ msg, progress, secs_running: running }: Document): IndexBuildProgress {
  const { done = null, total = null } = (progress ?? {}) as { done?: unknown; total?: unknown };
  return {
    phase: phaseOf(msg),
    done: done === null ? null : Number(done),
    total: total === null ? null : Number(total),
    runningSeconds: Number(running ?? 0),
  };
}

/** `Index Build: scanning collection Index Build: scanning collection: 44/60000 0%` → `scanning collection`. */
function phaseOf(message: unknown): string {
  if (typeof message !== 'string') return 'waiting';
  return /^Index Build: (.+?)(?: Index Build: .*)?$/.exec(message)?.[1]?.trim() ?? 'building';
}
