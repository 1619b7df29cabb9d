import { SeededText } from '@lucid/testing/seeded-text';
import type { Document } from 'mongodb';
import { interleave, type BenchResult, toResult } from '../measure.ts';
import type { Bench } from './reads.ts';
import { BULK_COLLECTION } from './names.ts';
import { documentOf } from './rig.ts';

const BATCH = 1_000;
const BATCHES = 16;
/** Batches on their way at once. */
const AT_ONCE = 4;

/** Seconds until every batch was stored, `AT_ONCE` of them at a time. */
async function store(batches: number, one: (index: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < batches) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (performance.now() - began) / 1_000;
}

/** Batches of 1,000 through REST, against `insertMany` of the same ones; both acknowledged by a majority. */
export async function benchBulkInsert({ rig, runs, say }: Bench): Promise<BenchResult[]> {
  const text = new SeededText('bulk');
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (_, at) => documentOf(text, `user-${batch}-${at % 50}`, at)),
  );
  const url = `${rig.service.url}/api/v1/database/collections/${BULK_COLLECTION}/documents`;
  const headers = { authorization: `Bearer ${rig.apiKey}`, 'content-type': 'application/json' };
  const bodies = batches.map((documents) => JSON.stringify({ documents }, asExtendedJson));
  const collection = rig.mongo.db(rig.database).collection(BULK_COLLECTION, { writeConcern: { w: 'majority' } });
  const throughRest = async (index: number): Promise<void> => {
    const response = await fetch(url, { method: 'POST', headers, body: bodies[index] });
    const answer = await response.text();
    if (response.status !== 200)
      throw new Error(`POST of documents answered ${response.status}: ${answer.slice(0, 300)}`);
  };
  const byDriver = async (index: number): Promise<void> => {
    const documents = (batches[index] ?? []).map((document) => ({ ...document }));
    await collection.insertMany(documents);
  };
  say(`documents/s in batches of ${BATCH}, ${AT_ONCE} at once: through REST, and insertMany`);
  const rate = (one: (index: number) => Promise<void>) => async (): Promise<number> => {
    await collection.deleteMany({}, { writeConcern: { w: 'majority' } });
    return (BATCH * BATCHES) / (await store(BATCHES, one));
  };
  const pairs = await interleave(runs, rate(throughRest), rate(byDriver), say);
  return [
    toResult('bulk_insert', pairs, 'higher', '>= 0.6'),
    toResult(
      'bulk_insert_documents_per_second',
      pairs.map(({ ours }) => ({ ours, peer: 10_000 })),
      'higher',
      '> 1 (of 10,000)',
    ),
  ];
}

/** Dates keep their type; what `toJSON` made a text of is looked up in its object. */
function asExtendedJson(this: Document, key: string, value: unknown): unknown {
  const given: unknown = this[key];
  return given instanceof Date ? { $date: given.toISOString() } : value;
}
