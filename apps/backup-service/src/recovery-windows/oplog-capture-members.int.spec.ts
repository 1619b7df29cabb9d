import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import { chainsOf } from '@lucid/archive/slice-chain';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { eventually } from '@lucid/testing/eventually';
import { MongoClient, type Document, type Timestamp } from 'mongodb';
import { startMongodb } from '../../../../scripts/engines/mongodb.ts';
import { findMongod } from '../../../../scripts/engines/programs.ts';
import { createScratch, type Scratch } from '../../../../scripts/engines/scratch.ts';
import type { StartedEngine } from '../../../../scripts/engines/started-engine.ts';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { decodeExact, documentsOf } from '../captures/mongodb/oplog-bson.ts';
import { toClusterTime } from '../captures/mongodb/reading-member.ts';
import { OplogCapture } from './oplog-capture.ts';

let scratch: Scratch;
let engine: StartedEngine;
let client: MongoClient;
let folder: string;
let repository: Repository;

beforeAll(async () => {
  scratch = await createScratch();
  const { signal } = new AbortController();
  engine = await startMongodb(await findMongod({ say: () => undefined, signal }), scratch, signal);
  client = new MongoClient(String(engine.env['MONGODB_URI']), { serverSelectionTimeoutMS: 60_000 });
  folder = await mkdtemp(join(tmpdir(), 'lucid-members-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 });
});
afterAll(async () => {
  await client.close();
  await Promise.all(engine.daemons.map((daemon) => daemon.stop()));
  await scratch.remove();
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

/** Commands are not repeated by the driver, and both faults close connections. */
function untilDone<T>(what: string, ask: () => Promise<T>): Promise<NonNullable<T>> {
  return eventually(what, ask, { timeoutMs: 120_000 }) as Promise<NonNullable<T>>;
}

async function now(): Promise<ClusterTime> {
  const hello = await untilDone('an answer of the primary', () =>
    client.db('admin').command({ hello: 1 }, { readPreference: 'primary' }),
  );
  return toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
}

describe('the capture of the oplog', () => {
  it('outlives a step-down of the primary and the death of the member that it reads, and misses nothing', async () => {
    const broken: unknown[] = [];
    const stopping = new AbortController();
    const capture = new OplogCapture({
      repository,
      repositoryName: 'default',
      topology: new Topology(String(engine.env['MONGODB_URI'])),
      leases: new MongoLeaseStore(client.db('control')),
      holder: 'test',
      controlDatabase: 'control',
      sliceBytes: 100_000,
      sliceSeconds: 1,
      clock: systemClock,
      logger: createLogger('test', 'silent'),
      onBroken: async (_log, told) => void broken.push(told),
    });
    const running = capture.run(stopping.signal);
    await eventually('the first slice', () => capture.state.durable);
    let [written, isOver] = [0, false];
    const writing = (async () => {
      while (!isOver) {
        const [_id, options] = [written as never, { upsert: true, writeConcern: { w: 'majority' as const } }];
        const orders = client.db('shop').collection<Document>('orders');
        await untilDone('a write', () => orders.replaceOne({ _id }, { pad: 'x'.repeat(500) }, options));
        written += 1;
      }
    })();
    const advance = async (): Promise<void> => {
      const until = await now();
      await eventually(
        'later slices',
        () => capture.state.durable && compareClusterTimes(capture.state.durable, until) > 0,
        { timeoutMs: 120_000 },
      );
    };
    await advance();
    const topology = new Topology(String(engine.env['MONGODB_URI']));
    const { primary } = await topology.view();
    await untilDone('another primary', async () => {
      const view = await topology.view();
      // It closes connections, also the one that asked; where no other member has caught up it is refused.
      const stepDown = { replSetStepDown: 60, secondaryCatchUpPeriodSecs: 10 };
      if (view.primary === primary) await client.db('admin').command(stepDown);
      return view.primary !== undefined && view.primary !== primary;
    });
    await advance();
    const member = await eventually('the member that is read', () => capture.state.member);
    const addresses = String(engine.env['LUCID_MONGODB_MEMBERS']).split(',');
    process.kill(engine.daemons[addresses.indexOf(String(member))]?.pid as number, 'SIGKILL');
    await eventually('another member', () => capture.state.isHolder && capture.state.member !== member, {
      timeoutMs: 120_000,
    });
    await advance();
    await eventually('fifty writes', () => written > 50, { timeoutMs: 120_000 });
    isOver = true;
    await writing;
    await advanceTo(capture);
    stopping.abort();
    await running;
    const [stream = ''] = await repository.listSliceStreams();
    const ranges = await repository.slices(stream).list();
    expect(chainsOf(ranges)).toHaveLength(1);
    expect(broken).toEqual([]);
    const ids: number[] = [];
    for (const range of ranges) {
      const { bytes } = await repository.slices(stream).read(range);
      const entries = [...documentsOf(bytes)]
        .map(decodeExact)
        .filter(({ op, ns }) => op === 'i' && ns === 'shop.orders');
      ids.push(...entries.map(({ o }) => Number((o as Document)._id)));
    }
    expect(ids).toEqual(Array.from({ length: written }, (_, n) => n));
  });

  async function advanceTo(capture: OplogCapture): Promise<void> {
    const until = await now();
    await eventually(
      'the last slices',
      () => capture.state.durable && compareClusterTimes(capture.state.durable, until) >= 0,
    );
  }
});
