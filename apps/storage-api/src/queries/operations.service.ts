import { createHash } from 'node:crypto';
import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoClient, type Document } from 'mongodb';
import { shapeOfCommand } from './command-shape.ts';
import type {
  KilledOperationDto,
  KillOperationQuery,
  OperationDto,
  OperationsDto,
  OperationsQuery,
} from './operations.dto.ts';
import { isPlain } from './query-shape.ts';

const TIMEOUT_MS = 5_000;
/** Read at most. */
const MAX_OPERATIONS = 2_000;
const ID = /^(?<opid>(?:[\w-]{1,80}:)?-?\d{1,20})\.[0-9a-f]{8}$/;
const OWN = /^lucid-([a-z-]+)$/;
const GONE_TRIES = 10;
const GONE_PAUSE_MS = 200;

/** What the primary (or, on a sharded cluster, every shard) does now: https://www.mongodb.com/docs/manual/reference/operator/aggregation/currentOp/ */
@Injectable()
export class OperationsService {
  constructor(
    private readonly client: MongoClient,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async list({ minSeconds, namespace, internal, limit }: OperationsQuery): Promise<OperationsDto> {
    const raw = await this.read({ ...(minSeconds !== undefined && { secs_running: { $gte: minSeconds } }) });
    const items = raw
      .map(present)
      .filter((operation) => internal === 'true' || !operation.isInternal)
      .filter((operation) => namespace === undefined || isWithin(operation.namespace, namespace))
      .sort((left, right) => right.runningSeconds - left.runningSeconds);
    return { items: items.slice(0, limit), isTruncated: items.length > limit || raw.length >= MAX_OPERATIONS };
  }

  /** @throws AppError OPERATION_NOT_FOUND (also where the number means another operation by now), OPERATION_PROTECTED */
  async kill(id: string, { dryRun, confirm }: KillOperationQuery): Promise<KilledOperationDto> {
    const { raw, operation } = await this.find(id);
    assertKillable(operation, confirm === 'true');
    if (dryRun === 'true') return { operation, state: 'would-be-killed' };
    try {
      await this.client.db('admin').command({ killOp: 1, op: raw['opid'] });
    } catch (error) {
      throw toMongoAppError(error) ?? error;
    }
    return { operation, state: (await this.isGone(raw)) ? 'killed' : 'ending' };
  }

  private async find(id: string): Promise<{ raw: Document; operation: OperationDto }> {
    const opid = ID.exec(id)?.groups?.['opid'];
    const found = opid === undefined ? [] : await this.read({ opid: /^-?\d+$/.test(opid) ? Number(opid) : opid });
    const [raw] = found.filter((one) => idOf(one) === id);
    if (!raw)
      throw new AppError('OPERATION_NOT_FOUND', `there is no operation ${id.slice(0, 60)} any more: it has ended`);
    return { raw, operation: present(raw) };
  }

  private async isGone(raw: Document): Promise<boolean> {
    for (let tries = 0; tries < GONE_TRIES; tries += 1) {
      const left = await this.read({ opid: raw['opid'] as unknown });
      if (!left.some((one) => idOf(one) === idOf(raw))) return true;
      await this.clock.sleep(GONE_PAUSE_MS);
    }
    return false;
  }

  private async read(match: Document): Promise<Document[]> {
    const stages = [
      { $currentOp: { allUsers: true, idleConnections: false, idleSessions: false } },
      // Nor this very question.
      { $match: { ...match, 'command.pipeline.0.$currentOp': { $exists: false } } },
      { $limit: MAX_OPERATIONS },
    ];
    try {
      return await this.client.db('admin').aggregate(stages, { maxTimeMS: TIMEOUT_MS }).toArray();
    } catch (error) {
      throw toMongoAppError(error) ?? error;
    }
  }
}

function present(raw: Document): OperationDto {
  const {
    op = 'none',
    ns = '',
    command,
    cursor,
    appName,
    client,
    client_s,
    planSummary,
    progress,
  } = raw as Record<string, unknown>;
  const originating =
    isPlain(cursor) && isPlain(cursor['originatingCommand']) ? cursor['originatingCommand'] : undefined;
  const { operation, shape } = shapeOfCommand(String(op), isPlain(command) ? command : {}, originating);
  const name = typeof appName === 'string' ? appName : null;
  return {
    ...{
      id: idOf(raw),
      operation,
      namespace: String(ns),
      runningSeconds: Math.round(Number(raw['microsecs_running'] ?? 0) / 1_000) / 1_000,
      shape,
    },
    planSummary: typeof planSummary === 'string' ? planSummary : null,
    ...{
      appName: name,
      client: textOf(client) ?? textOf(client_s),
      service: name === null ? null : (OWN.exec(name)?.[1] ?? null),
    },
    ...{ isInternal: isInternal(raw), isIndexBuild: isIndexBuild(raw) },
    ...{ isWaitingForLock: raw['waitingForLock'] === true, isKillPending: raw['killPending'] === true },
    progress: isPlain(progress) ? { done: Number(progress['done']), total: Number(progress['total']) } : null,
  };
}

/**
 * The operation's number, and a hash of what does not change while it runs: a server that was restarted, or became primary, gives the
 * number to another operation.
 */
function idOf(raw: Document): string {
  const { opid, host, connectionId, desc, op, ns, command, lsid } = raw as Record<string, unknown>;
  const { operation, shape } = shapeOfCommand(String(op), isPlain(command) ? command : {});
  const session = isPlain(lsid) ? String(lsid['id']) : '';
  const same = JSON.stringify([host, connectionId ?? desc, op, ns, operation, shape, session]);
  return `${String(opid)}.${createHash('sha256').update(same).digest('hex').slice(0, 8)}`;
}

function isIndexBuild({ msg, desc, command }: Document): boolean {
  if (typeof desc === 'string' && desc.startsWith('IndexBuildsCoordinator')) return true;
  if (typeof msg === 'string' && msg.startsWith('Index Build')) return true;
  return isPlain(command) && 'createIndexes' in command;
}

/** No query of a client: threads of the server, other members, who come as `__system`, and the watch that every driver keeps. */
function isInternal(raw: Document): boolean {
  if (isIndexBuild(raw) && raw['connectionId'] === undefined) return false;
  const { connectionId, client, client_s, effectiveUsers, clientMetadata } = raw as Record<string, unknown>;
  if (connectionId === undefined && client === undefined && client_s === undefined) return true;
  const command: unknown = raw['command'];
  if (isPlain(command) && ('hello' in command || 'isMaster' in command)) return true;
  const users = Array.isArray(effectiveUsers) ? (effectiveUsers as Document[]) : [];
  if (users.some((user) => user['user'] === '__system')) return true;
  const driver: unknown =
    isPlain(clientMetadata) && isPlain(clientMetadata['driver']) ? clientMetadata['driver']['name'] : '';
  return typeof driver === 'string' && driver.startsWith('NetworkInterfaceTL');
}

/** @throws AppError OPERATION_PROTECTED */
function assertKillable(
  { isInternal: internal, isIndexBuild: indexBuild, service, operation }: OperationDto,
  confirmed: boolean,
): void {
  const refuse = (detail: string): never => {
    throw new AppError('OPERATION_PROTECTED', detail);
  };
  if (internal) refuse(`${operation} is the server’s own, such as replication: it is never killed`);
  if (confirmed) return;
  if (indexBuild) refuse('it builds an index, and what is built so far would be lost: send ?confirm=true');
  if (service !== null) refuse(`it belongs to ${service}: cancel its job instead, or send ?confirm=true`);
}

function isWithin(namespace: string, wanted: string): boolean {
  return namespace === wanted || namespace.startsWith(`${wanted}.`);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
