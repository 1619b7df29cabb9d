import type { Clock } from '@lucid/core/clock';
import { isAppError } from '@lucid/core/app-error';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db, Document, Timestamp } from 'mongodb';
import { MemberConnections } from './member-connections.ts';

/** How long one member may take; a report must not hang because one of them does. */
const TIMEOUT_MS = 3_000;

/** What a member says of itself. */
export interface MemberFacts {
  version: string;
  connections: { current: number; available: number };
  /** Of the file system that holds its data. */
  disk: { usedBytes: number; totalBytes: number } | null;
  oplog: { from: Date; to: Date; sizeBytes: number; maxBytes: number } | null;
  /** Does the member refuse the writes of users (`setUserWriteBlockMode`)? */
  areWritesBlocked: boolean;
}

/** Asks single members, or the server that the services are connected to, for what only they know. */
@Injectable()
export class MemberFactsReader {
  constructor(
    private readonly members: MemberConnections,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Undefined where the member does not answer in time. */
  async of(host: string): Promise<MemberFacts | undefined> {
    return answered(readFacts(this.members.to(host, 'admin'), this.members.to(host, 'local')), this.clock);
  }

  /** The same of whatever server answers the service itself. @throws what the driver throws */
  ofServer(admin: Db): Promise<MemberFacts> {
    return readFacts(admin, undefined);
  }

  /** What `ask` gives for the member, or undefined where it does not answer in time. */
  ask<T>(host: string, database: string, ask: (db: Db) => Promise<T>): Promise<T | undefined> {
    return answered(ask(this.members.to(host, database)), this.clock);
  }
}

/** serverStatus with the parts that are needed: https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
async function readFacts(admin: Db, local: Db | undefined): Promise<MemberFacts> {
  const left = { metrics: 0, wiredTiger: 0, locks: 0, tcmalloc: 0, opLatencies: 0, indexBulkBuilder: 0 };
  const status = await admin.command({ serverStatus: 1, oplog: 1, ...left, maxTimeMS: TIMEOUT_MS });
  const { current = 0, available = 0 } = (status['connections'] ?? {}) as Partial<MemberFacts['connections']>;
  const { earliestOptime, latestOptime } = (status['oplog'] ?? {}) as Record<string, Timestamp | undefined>;
  const isOnMember = earliestOptime !== undefined && latestOptime !== undefined && local !== undefined;
  return {
    version: String(status['version']),
    connections: { current: Number(current), available: Number(available) },
    disk: await readDisk(admin),
    oplog: isOnMember
      ? { from: dateOf(earliestOptime), to: dateOf(latestOptime), ...(await readOplogSize(local)) }
      : null,
    areWritesBlocked: (status['repl'] as { userWriteBlockMode?: number } | undefined)?.userWriteBlockMode === 2,
  };
}

/** Zero on routers, which have none. */
async function readDisk(admin: Db): Promise<MemberFacts['disk']> {
  const { fsUsedSize = 0, fsTotalSize = 0 } = await admin.command({ dbStats: 1, maxTimeMS: TIMEOUT_MS });
  return Number(fsTotalSize) > 0 ? { usedBytes: Number(fsUsedSize), totalBytes: Number(fsTotalSize) } : null;
}

async function readOplogSize(local: Db): Promise<{ sizeBytes: number; maxBytes: number }> {
  const stages: Document[] = [
    { $collStats: { storageStats: {} } },
    { $project: { size: '$storageStats.size', max: '$storageStats.maxSize' } },
  ];
  const [found] = await local.collection('oplog.rs').aggregate(stages, { maxTimeMS: TIMEOUT_MS }).toArray();
  return { sizeBytes: Number(found?.['size'] ?? 0), maxBytes: Number(found?.['max'] ?? 0) };
}

function dateOf(time: Timestamp): Date {
  return new Date(time.getHighBitsUnsigned() * 1_000);
}

/** Only what says that a server is not there counts as no answer; the promise that loses is heard all the same. */
async function answered<T>(question: Promise<T>, clock: Clock): Promise<T | undefined> {
  const over = new AbortController();
  const late = clock.sleep(TIMEOUT_MS, over.signal).then(
    () => undefined,
    () => undefined,
  );
  const told = question.catch((error: unknown) => {
    const known = isAppError(error) ? error : toMongoAppError(error);
    if (known) return undefined;
    throw error;
  });
  try {
    return await Promise.race([told, late]);
  } finally {
    over.abort();
    told.catch(() => undefined);
  }
}
