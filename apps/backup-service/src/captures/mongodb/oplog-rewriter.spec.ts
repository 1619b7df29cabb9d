import { deserialize, Long, serialize, Timestamp, UUID, type Document } from 'bson';
import fc from 'fast-check';
import { fieldsOf } from './oplog-bson.ts';
import { OplogRewriter, rewriteOperation } from './oplog-rewriter.ts';
import { RestoreCatalogue } from './restore-catalogue.ts';
import type { RestoreSource, SourceCollection } from './restore-source.ts';

const LIVE = new UUID();
const OTHER = new UUID();
const LSID = { id: new UUID(), uid: Buffer.alloc(32) };
const TARGET = { database: 'beside', collection: '__restore_r_0' };
const EVERYWHERE = (): boolean => true;

function hex(uuid: UUID): string {
  return uuid.toHexString(false);
}

function collection(namespace: string, uuid: UUID | undefined, indexes: Document[] = []): SourceCollection {
  return {
    namespace,
    type: 'collection',
    uuid: uuid && hex(uuid),
    options: {},
    indexes,
    stream: undefined,
    documents: 0,
    bytes: 0,
  };
}

function catalogueOf(...collections: SourceCollection[]): RestoreCatalogue {
  const source: RestoreSource = {
    featureCompatibilityVersion: '6.0',
    wholeDatabases: ['live'],
    catalogueAt: 'start',
    collections,
    views: [],
    oplogStreams: [],
    users: undefined,
    roles: undefined,
    read: () => {
      throw new Error('not read');
    },
  };
  return new RestoreCatalogue(source);
}

function rewriterOf(catalogue: RestoreCatalogue): OplogRewriter {
  return new OplogRewriter(catalogue, (database) => database !== 'lucid_control' && database !== 'admin', 'edit');
}

function insert(id: number, extra: Document = {}): Document {
  return { op: 'i', ns: 'live.c', ui: LIVE, o: { _id: id }, o2: { _id: id }, ...extra };
}

function command(o: Document, ui: UUID | undefined = LIVE): Document {
  return { op: 'c', ns: 'live.$cmd', ...(ui && { ui }), o };
}

function inTransaction(o: Document, number: number, previous: Timestamp, rest: Document = {}): Document {
  const prevOpTime = { ts: previous, t: Long.fromInt(1) };
  return { lsid: LSID, txnNumber: Long.fromInt(number), op: 'c', ns: 'admin.$cmd', o, prevOpTime, ...rest };
}

const START = new Timestamp({ t: 0, i: 0 });
const LATER = new Timestamp({ t: 9, i: 1 });

function feed(rewriter: OplogRewriter, entries: Document[]): { op: string; id: unknown }[] {
  return entries
    .flatMap((entry) => rewriter.operations(Buffer.from(serialize(entry))))
    .map(({ op, o, o2 }) => ({ op, id: deserialize(op === 'u' && o2 ? o2 : o)._id as unknown }));
}

describe('rewritten entries', () => {
  /** Every document that may be nested anywhere, with the names of the oplog among its keys. */
  const anyDocument = fc.dictionary(
    fc
      .oneof(fc.constantFrom('ui', 'lsid', 'ns', 'applyOps', 'a', '2', '1'), fc.string({ maxLength: 6 }))
      .filter((key) => !key.includes('\0') && key !== '__proto__'),
    fc.jsonValue({ maxDepth: 3 }),
    { maxKeys: 6 },
  );

  it('hold nothing but op, ns, o and o2, and the documents byte for byte', () => {
    const noise = fc.constantFrom<Document>(
      { ui: LIVE },
      { lsid: LSID, txnNumber: Long.fromInt(4), stmtId: 0, prevOpTime: { ts: START, t: Long.fromInt(-1) } },
      { preImageOpTime: { ts: START }, postImageOpTime: { ts: START }, needsRetryImage: 'preImage' },
      {
        fromMigrate: true,
        tid: new UUID(),
        destinedRecipient: 's1',
        ts: LATER,
        t: Long.fromInt(3),
        wall: new Date(0),
        v: 2,
        h: 1,
      },
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('i', 'u', 'd'), anyDocument, fc.array(noise)), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.boolean(),
        fc.integer({ min: 0, max: 3 }),
        (operations, withUuid, depth) => {
          const nested = operations.map(([op, fields, noises], id) => ({
            op,
            ns: 'live.c',
            o: { ...fields, _id: id },
            ...(op === 'u' && { o2: { _id: id } }),
            ...Object.assign({}, ...noises),
            ...(withUuid && { ui: LIVE }),
          }));
          let entries: Document[] = nested;
          for (let level = 0; level < depth; level += 1) entries = [command({ applyOps: entries }, undefined)];
          const rewriter = rewriterOf(catalogueOf(collection('live.c', LIVE)));
          const all = entries.flatMap((entry) => rewriter.operations(Buffer.from(serialize(entry))));
          expect(all.map(({ op }) => op)).toEqual(nested.map(({ op }) => op));
          for (const [index, operation] of all.entries()) {
            const rewritten = fieldsOf(rewriteOperation(operation, TARGET, EVERYWHERE));
            const expected = operation.op === 'u' ? ['op', 'ns', 'o', 'o2'] : ['op', 'ns', 'o'];
            expect(rewritten.map(({ name }) => name)).toEqual(expected);
            expect(rewritten[1]?.value.toString('utf8', 4)).toBe('beside.__restore_r_0\0');
            expect(rewritten[2]?.value.equals(Buffer.from(serialize(nested[index]!.o)))).toBe(true);
          }
        },
      ),
    );
  });

  it('are refused outside the plan', () => {
    const operation = { op: 'i' as const, o: Buffer.from(serialize({ _id: 1 })), o2: undefined };
    expect(() => rewriteOperation(operation, { database: 'live', collection: 'c' }, () => false)).toThrow(
      expect.objectContaining({ code: 'RESTORE_REFUSED' }),
    );
  });
});

describe('which collection an entry belongs to', () => {
  it('is decided by the UUID, whatever the name says', () => {
    const rewriter = rewriterOf(catalogueOf(collection('live.renamed', LIVE)));
    expect(feed(rewriter, [insert(1), insert(2, { ui: OTHER })])).toEqual([{ op: 'i', id: 1 }]);
  });

  it('leaves out other databases without reading them', () => {
    const rewriter = rewriterOf(catalogueOf(collection('live.c', LIVE)));
    const foreign = { op: 'zz', ns: 'lucid_control.jobs', o: { _id: 1 } };
    expect(feed(rewriter, [foreign, { op: 'n', ns: '', o: { msg: 'periodic noop' } }])).toEqual([]);
  });

  it('refuses what it does not know', () => {
    const rewriter = rewriterOf(catalogueOf(collection('live.c', LIVE)));
    const refused = expect.objectContaining({ code: 'RESTORE_REFUSED' });
    expect(() => feed(rewriter, [{ op: 'zz', ns: 'live.c', o: {} }])).toThrow(refused);
    expect(() => feed(rewriter, [command({ convertToCapped: 'c', size: 1 })])).toThrow(refused);
    expect(() => feed(rewriter, [{ op: 'i', ns: 'live.c' }])).toThrow(refused);
  });
});

describe('transactions', () => {
  it('come out where they commit, chains and prepared ones whole', () => {
    const rewriter = rewriterOf(catalogueOf(collection('live.c', LIVE)));
    const entries = [
      inTransaction({ applyOps: [insert(1)], partialTxn: true }, 1, START),
      insert(2),
      inTransaction({ applyOps: [insert(3)], prepare: true }, 2, START),
      inTransaction({ applyOps: [insert(4)], count: Long.fromInt(2) }, 1, LATER),
      inTransaction({ commitTransaction: 1, commitTimestamp: LATER }, 2, LATER),
      inTransaction({ applyOps: [insert(5)], prepare: true }, 3, START),
      inTransaction({ abortTransaction: 1 }, 3, LATER),
      inTransaction({ applyOps: [insert(6)], partialTxn: true }, 4, START),
    ];
    expect(feed(rewriter, entries).map(({ id }) => id)).toEqual([2, 1, 4, 3]);
  });

  it('refuse an oplog that begins in their middle', () => {
    const gap = expect.objectContaining({ code: 'OPLOG_GAP' });
    const orphans = [
      inTransaction({ applyOps: [insert(4)], count: Long.fromInt(2) }, 1, LATER),
      inTransaction({ commitTransaction: 1, commitTimestamp: LATER }, 2, LATER),
      inTransaction({ applyOps: [insert(4)], partialTxn: true }, 1, LATER),
    ];
    for (const orphan of orphans) {
      expect(() => feed(rewriterOf(catalogueOf(collection('live.c', LIVE))), [orphan])).toThrow(gap);
    }
  });

  it('are not confused with a retryable batch, which has a session too', () => {
    const rewriter = rewriterOf(catalogueOf(collection('live.c', LIVE)));
    const batch = inTransaction({ applyOps: [insert(1), insert(2)] }, 7, LATER, { multiOpType: 1 });
    expect(feed(rewriter, [batch]).map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe('commands of the oplog', () => {
  it('edit the catalogue and never come out', () => {
    const index = { v: 2, key: { a: 1 }, name: 'a_1' };
    const catalogue = catalogueOf(collection('live.c', LIVE, [{ v: 2, key: { _id: 1 }, name: '_id_' }, index]));
    const created = new UUID();
    const out = feed(rewriterOf(catalogue), [
      command({ startIndexBuild: 'c', indexBuildUUID: OTHER, indexes: [{ v: 2, key: { b: 1 }, name: 'b_1' }] }),
      command({ commitIndexBuild: 'c', indexBuildUUID: OTHER, indexes: [{ v: 2, key: { b: 1 }, name: 'b_1' }] }),
      command({ createIndexes: 'c', v: 2, key: { t: 1 }, name: 't_1', expireAfterSeconds: 10 }),
      command({ collMod: 'c', index: { name: 't_1', expireAfterSeconds: 77 } }),
      command({ collMod: 'c', index: { name: 'b_1', hidden: true } }),
      command({ collMod: 'c', validator: { z: 1 }, validationLevel: 'moderate' }),
      command({ dropIndexes: 'c', index: 'a_1' }),
      command({ create: 'new', idIndex: {} }, created),
      command({ renameCollection: 'live.c', to: 'live.new', stayTemp: false, dropTarget: created }),
      command({ dropDatabase: 1 }, undefined),
    ]);
    expect(out).toEqual([]);
    const [left] = catalogue.alive;
    expect(catalogue.alive).toHaveLength(1);
    expect(left).toMatchObject({
      namespace: 'live.new',
      options: { validator: { z: expect.objectContaining({ value: 1 }) }, validationLevel: 'moderate' },
    });
    const indexes = [...left!.indexes.values()];
    const figures = indexes.map(({ name, hidden, expireAfterSeconds }) => [
      name,
      hidden,
      Number(expireAfterSeconds ?? -1),
    ]);
    expect(figures).toEqual([
      ['b_1', true, -1],
      ['t_1', undefined, 77],
    ]);
  });

  it('keep account of a collection that came in from outside the backup', () => {
    const catalogue = catalogueOf(collection('live.c', LIVE));
    feed(rewriterOf(catalogue), [command({ renameCollection: 'elsewhere.x', to: 'live.x' }, OTHER)]);
    expect(catalogue.alive.at(-1)).toMatchObject({ namespace: 'live.x', isUnseen: true });
  });

  it('create, change and drop views', () => {
    const catalogue = catalogueOf();
    const views = { op: 'i', ns: 'live.system.views', ui: OTHER };
    const rewriter = rewriterOf(catalogue);
    feed(rewriter, [
      { ...views, o: { _id: 'live.v', viewOn: 'c', pipeline: [] } },
      { ...views, o: { _id: 'live.w', viewOn: 'c', pipeline: [] } },
      { ...views, op: 'u', o2: { _id: 'live.v' }, o: { $v: 2, diff: { u: { viewOn: 'd' } } } },
      { ...views, op: 'd', o: { _id: 'live.w' } },
    ]);
    expect([...catalogue.views]).toEqual([['live.v', { viewOn: 'd', pipeline: [] }]]);
  });
});
