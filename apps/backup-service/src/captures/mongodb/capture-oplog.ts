import { AppError } from '@lucid/core/app-error';
import type { CaptureSink } from './capture-plan.ts';
import { type ClusterTime, compareClusterTimes, type MongodbManifest, OPLOG_STREAM } from './manifest.ts';
import { isOfTransaction, type OplogCommands } from './oplog-commands.ts';
import { entriesOf, operationsOf, readOplog, type TimedEntry } from './oplog-window.ts';
import type { ReadingMember } from './reading-member.ts';

interface OplogCapture {
  readonly t0: ClusterTime;
  readonly tend: ClusterTime;
  readonly uuids: ReadonlySet<string>;
  readonly commands: OplogCommands;
}

const WRITE_BYTES = 1_048_576;

/** Writes the oplog's stream (see `manifest.ts` for what belongs to it). @throws AppError OPLOG_GAP */
export async function captureOplog(
  member: ReadingMember,
  capture: OplogCapture,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<MongodbManifest['oplog']> {
  const { t0, tend, uuids, commands } = capture;
  await member.assertOplogReaches(t0, signal);
  const stream = sink.openStream(OPLOG_STREAM, { kind: 'bson' });
  let [entries, bytes] = [0, 0];
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await stream.write(Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  const add = async (entry: TimedEntry): Promise<void> => {
    waiting.push(Buffer.from(entry.bytes)); // the batch it lies in is reused
    entries += 1;
    bytes += entry.bytes.length;
    waitingBytes += entry.bytes.length;
    if (waitingBytes >= WRITE_BYTES) await flush();
  };
  for (const ts of await findEarlierEntries(member, commands.earlier, signal))
    await add(await readEntry(member, ts, signal));
  const window = { from: t0, to: tend, filter: entriesOf(uuids) };
  for await (const entry of readOplog(member.connection, window, signal)) {
    if (belongs(entry, uuids, commands)) await add(entry);
  }
  await flush();
  await stream.end({ t0, tend, entries });
  return { stream: OPLOG_STREAM, entries, bytes };
}

function belongs(entry: TimedEntry, uuids: ReadonlySet<string>, commands: OplogCommands): boolean {
  if (entry.op !== 'c') return entry.uuid !== undefined && uuids.has(entry.uuid);
  if (isOfTransaction(entry)) return commands.transactions.has(entry.transaction);
  return entry.command === 'applyOps' && operationsOf(entry).some(({ uuid }) => uuid !== undefined && uuids.has(uuid));
}

/** The times of every entry before T0 that a transaction in the window needs, oldest first. */
async function findEarlierEntries(
  member: ReadingMember,
  last: readonly ClusterTime[],
  signal: AbortSignal,
): Promise<ClusterTime[]> {
  const found: ClusterTime[] = [];
  for (let next of last as (ClusterTime | undefined)[]) {
    while (next) {
      found.push(next);
      next = (await readEntry(member, next, signal)).previous;
    }
  }
  return found.sort(compareClusterTimes);
}

async function readEntry(member: ReadingMember, ts: ClusterTime, signal: AbortSignal): Promise<TimedEntry> {
  for await (const entry of readOplog(member.connection, { from: ts, to: ts }, signal)) {
    return { ...entry, bytes: Buffer.from(entry.bytes) };
  }
  throw new AppError('OPLOG_GAP', 'The oplog no longer holds the beginning of an open transaction.');
}
