import { type Document, deserialize, serialize, UUID } from 'bson';
import type { RestoreSource, SourceCollection } from '../restore-source.ts';
import { ShardDocuments } from './shard-documents.ts';

const uuid = new UUID();
const COUNT = 300;

function bytes(documents: readonly Document[]): Buffer {
  return Buffer.concat(documents.map((document) => Buffer.from(serialize(document))));
}

function entry(op: string, o: Document, o2?: Document): Document {
  return { op, ns: 'shop.orders', ui: uuid, o, ...(o2 && { o2 }) };
}

function sourceOf(documents: readonly Document[], oplog: readonly Document[], options: Document = {}) {
  const collection: SourceCollection = {
    ...{ namespace: 'shop.orders', type: 'collection', uuid: uuid.toHexString(false), options, indexes: [] },
    ...{ stream: 'orders', documents: documents.length, bytes: bytes(documents).length },
  };
  const streams: Record<string, Buffer> = { orders: bytes(documents), oplog: bytes(oplog) };
  const source: RestoreSource = {
    ...{ featureCompatibilityVersion: '6.0', wholeDatabases: [], catalogueAt: 'end', views: [] },
    ...{ collections: [collection], oplogStreams: ['oplog'], users: undefined, roles: undefined },
    async *read(stream) {
      await Promise.resolve();
      yield streams[stream] ?? Buffer.alloc(0);
    },
  };
  return { source, collection };
}

async function readAll(
  { source, collection }: ReturnType<typeof sourceOf>,
  mostBytes = 1_000_000,
): Promise<{ documents: Document[]; operations: number }> {
  const reader = new ShardDocuments(source, () => true, mostBytes);
  const documents: Document[] = [];
  for await (const some of reader.read(collection, new AbortController().signal))
    documents.push(...some.map((one) => deserialize(one)));
  return { documents, operations: reader.operations };
}

describe('ShardDocuments', () => {
  const documents = Array.from({ length: COUNT }, (_, n) => ({ _id: n, value: 0 }));
  const oplog = [
    ...documents.map(({ _id }) => entry('u', { $v: 2, diff: { u: { value: _id } } }, { _id })),
    ...[entry('d', { _id: 5 }), entry('i', { _id: 5, value: 'again' }), entry('d', { _id: 6 })],
    ...[entry('i', { _id: 1_000, value: 'new' }), entry('u', { $v: 2, diff: { i: { more: 1 } } }, { _id: 1_000 })],
    ...[entry('u', { $v: 2, diff: { u: { value: 1 } } }, { _id: 2_000 }), entry('d', { _id: 2_000 })],
    entry('u', { _id: 7, value: 'whole' }, { _id: 7 }),
  ];
  const expected = documents.map(({ _id }) => ({ _id, value: _id as unknown }));
  expected[5] = { _id: 5, value: 'again' };
  expected[7] = { _id: 7, value: 'whole' };
  expected.splice(6, 1);

  it.each([1_000_000, 20_000, 1_000])(
    'gives the documents as they are after the oplog, within %s bytes of it',
    async (most) => {
      const read = await readAll(sourceOf(documents, oplog), most);
      const sorted = read.documents.sort((a, b) => a['_id'] - b['_id']);
      expect(sorted).toEqual([...expected, { _id: 1_000, value: 'new', more: 1 }]);
      expect(read.operations).toBe(oplog.length);
    },
  );

  it('takes a document that a long read has met twice once', async () => {
    const { documents: read } = await readAll(
      sourceOf(
        [{ _id: 1, value: 'old' }, { _id: 2 }, { _id: 1, value: 'new' }],
        [...[entry('d', { _id: 1 }), entry('i', { _id: 1, value: 'new' })]],
      ),
    );
    expect(read).toEqual([{ _id: 1, value: 'new' }, { _id: 2 }]);
  });

  it('keeps the order of a capped collection', async () => {
    const source = sourceOf([{ _id: 3 }, { _id: 1 }, { _id: 9 }], [entry('i', { _id: 9 }), entry('i', { _id: 2 })], {
      capped: true,
    });
    expect((await readAll(source)).documents).toEqual([{ _id: 3 }, { _id: 1 }, { _id: 9 }, { _id: 2 }]);
  });

  it('finds a stream that is shorter than the manifest says', async () => {
    const { source, collection } = sourceOf(documents, []);
    const short = readAll({ source, collection: { ...collection, documents: COUNT + 1 } });
    await expect(short).rejects.toMatchObject({ code: 'MANIFEST_CORRUPT' });
  });

  it('refuses an update of a form that it does not know', async () => {
    const odd = [entry('u', { $v: 3, diff: {} }, { _id: 1 })];
    await expect(readAll(sourceOf(documents, odd))).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
  });
});
