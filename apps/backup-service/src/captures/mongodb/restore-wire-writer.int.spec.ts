import { setTimeout as pause } from 'node:timers/promises';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { whileFrozen } from '@lucid/testing/while-frozen';
import { serialize } from 'bson';
import { startSingleMemberSet, type SingleMemberSet } from '../../../../../tests/setup/single-member-set.ts';
import { uuidOf } from './restore-collections.ts';
import { WireRestoreWriter } from './restore-wire-writer.ts';

let set: SingleMemberSet;
let writer: WireRestoreWriter;

beforeAll(async () => {
  set = await startSingleMemberSet();
  writer = new WireRestoreWriter(new Topology(set.uri), 'lucid restore spec');
});
afterAll(async () => {
  writer.close();
  await set.stop();
});

const target = { database: 'shop', collection: 'orders' };
const document = (_id: number): Buffer => Buffer.from(serialize({ _id }));
const nothing = Buffer.from(serialize({ op: 'n', ns: '', o: {} }));

it('waits no longer than it is told to for a server that hangs, with a connection or without one', async () => {
  await writer.insert(target, document(1));
  const writes: ((signal: AbortSignal) => Promise<unknown>)[] = [
    (signal) => writer.insert(target, document(2), { signal }),
    (signal) => writer.insert(target, document(3), { signal }),
    (signal) => writer.applyOps([nothing], signal),
    (signal) => writer.read(target, signal)[Symbol.asyncIterator]().next(),
  ];
  await whileFrozen(set.pid, async () => {
    for (const write of writes) {
      const abort = new AbortController();
      const reason = new Error('enough');
      const writing = write(abort.signal);
      const ended = writing.then(
        () => 'ended',
        () => 'ended',
      );
      expect(await Promise.race([ended, pause(200, 'waits')])).toBe('waits');
      abort.abort(reason);
      await expect(writing).rejects.toBe(reason);
    }
  });
  expect(await writer.insert(target, document(4))).toBe(0);
});

it('makes no collection where the one that was meant is gone', async () => {
  const { database, collection } = { ...target, collection: 'staged' };
  await set.client.db(database).createCollection(collection);
  const uuid = (await uuidOf(set.client, { database, collection })) as string;
  expect(await writer.insert({ database, collection }, document(1), { uuid })).toBe(0);
  await set.client.db(database).dropCollection(collection);
  const late = writer.insert({ database, collection }, Buffer.concat([document(2), document(3)]), { uuid });
  await expect(late).rejects.toThrow();
  expect(await uuidOf(set.client, { database, collection })).toBeUndefined();
});
