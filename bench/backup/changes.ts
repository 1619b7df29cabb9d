import { loadLucidData } from '@lucid/testing/lucid-data';
import { DATABASE, type Rig } from './rig.ts';

const SPARE = 'bench_spare';
const COLLECTIONS = ['blocks', 'sessions', 'transactions'];

/** 1 % more documents at the end of each collection, other ones at each call. */
export async function appendOnePercent({ mongo, bytes }: Rig, run: number): Promise<void> {
  await mongo.db(SPARE).dropDatabase();
  await loadLucidData(mongo, SPARE, { sizeBytes: bytes / 100, seed: `appended-${run}` });
  for (const name of COLLECTIONS) {
    // Unique numbers of the generator start anew with each seed.
    const renumber = name === 'blocks' ? [{ $set: { height: { $add: ['$height', run * 10_000_000] } } }] : [];
    const into = { $merge: { into: { db: DATABASE, coll: name }, whenMatched: 'fail' } };
    await mongo
      .db(SPARE)
      .collection(name)
      .aggregate([...renumber, { $unset: '_id' }, into])
      .toArray();
  }
  await mongo.db(SPARE).dropDatabase();
}

/** A field of every hundredth document, all over the collections. */
export async function changeScatteredPercent({ mongo }: Rig, run: number): Promise<void> {
  for (const name of COLLECTIONS) {
    const collection = mongo.db(DATABASE).collection(name);
    const ids: unknown[] = [];
    let number = 0;
    for await (const { _id } of collection.find({}, { projection: { _id: 1 } })) {
      if (number++ % 100 === run) ids.push(_id);
    }
    await collection.updateMany({ _id: { $in: ids as never[] } }, { $set: { changed: run } });
  }
}
