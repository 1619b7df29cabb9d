import { DocumentKeys } from '@lucid/clients/redis/document-keys';
import { SeededText } from '@lucid/testing/seeded-text';
import { type BenchResult, toResult } from '../measure.ts';
import { load, type Requests } from './load.ts';
import { DOCUMENTS, fillCache, type Bench } from './reads.ts';
import { COLLECTION } from './names.ts';

const CONNECTIONS = 100;
const LIST = 2_000;
/** Until the cache holds what is asked for often. */
const WARM_UP_SECONDS = 12;
const MEASURED_SECONDS = 6;

/** Ranks 0 to `count - 1` with probabilities in the proportion 1/(rank + 1). */
function zipf(count: number, text: SeededText): () => number {
  const cumulated = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) cumulated[rank] = sum += 1 / (rank + 1);
  return () => {
    const wanted = (text.number(1 << 24) / (1 << 24)) * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

interface Reads {
  readonly hits: number;
  readonly all: number;
}

async function readsOf(url: string): Promise<Reads> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = [...text.matchAll(/^lucid_cache_document_reads_total\{([^}]*)\} (\S+)$/gm)];
  const hits = found.find(([, labels]) => labels?.includes('outcome="hit"'))?.[2];
  return { hits: Number(hits ?? 0), all: found.reduce((sum, [, , value]) => sum + Number(value), 0) };
}

/** Sizes the cache for a tenth of the documents: by what a tenth of them takes. @returns its limit in bytes */
async function limitCache({ rig }: Bench): Promise<number> {
  const { client } = rig.cache;
  await client.config('SET', 'maxmemory', '0');
  await client.flushall();
  const tenth = rig.ids.slice(0, rig.ids.length / 10);
  const [first = ''] = tenth;
  await fillCache(rig, [first]);
  const keys = new DocumentKeys(rig.database, false);
  await client.select(3);
  const value = await client.getBuffer(keys.document(COLLECTION, `o:${first}`));
  if (!value) throw new Error('the document cache holds nothing under the key of a document that was read');
  for (let from = 0; from < tenth.length; from += 1_000) {
    const pipeline = client.pipeline();
    for (const id of tenth.slice(from, from + 1_000))
      pipeline.set(keys.document(COLLECTION, `o:${id}`), value, 'EX', 600);
    await pipeline.exec();
  }
  const used = Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  await client.flushdb();
  await client.config('SET', 'maxmemory', String(used));
  return used;
}

/** The share of reads that the cache answers when the n-th document is asked for 1/n as often, and a tenth of them fits. */
export async function benchHitRate(bench: Bench): Promise<BenchResult[]> {
  const { rig, say } = bench;
  const limit = await limitCache(bench);
  const draw = zipf(rig.ids.length, new SeededText('zipf'));
  const requestsOf = (): Requests =>
    Array.from({ length: LIST }, () => ({ path: `${DOCUMENTS}/${rig.ids[draw()] ?? ''}` }));
  const run = async (seconds: number): Promise<Reads> => {
    const before = await readsOf(rig.service.url);
    await load({ url: rig.service.url, apiKey: rig.apiKey, connections: CONNECTIONS, seconds, requestsOf });
    const after = await readsOf(rig.service.url);
    return { hits: after.hits - before.hits, all: after.all - before.all };
  };
  say(
    `hit rate under Zipf (s = 1.0) of ${rig.ids.length} documents, a cache of ${(limit / 1e6).toFixed(1)} MB for a tenth`,
  );
  const warmUp = await run(WARM_UP_SECONDS);
  const { hits, all } = await run(MEASURED_SECONDS);
  say(`${all} reads after ${warmUp.all} of warm-up (${((100 * warmUp.hits) / warmUp.all).toFixed(1)} % hits)`);
  await rig.cache.client.config('SET', 'maxmemory', '0');
  const best = harmonic(rig.ids.length / 10) / harmonic(rig.ids.length);
  return [
    toResult('cache_hit_rate', [{ ours: hits, peer: all }], 'higher', '> 0.8 (hits of reads)'),
    toResult('cache_hit_rate_of_best', [{ ours: hits / all, peer: best }], 'higher', 'none: the tenth asked for most'),
  ];
}

/** Sum of 1/n up to `count`: what the first `count` ranks are asked for, in the unit of the first. */
function harmonic(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) sum += 1 / rank;
  return sum;
}
