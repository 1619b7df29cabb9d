import { interleave, type BenchResult, type Pair, toResult } from '../measure.ts';
import { load, type Load, type Requests } from './load.ts';
import { COLLECTION } from './names.ts';
import type { Rig } from './rig.ts';

const CONNECTIONS = 100;
/** Requests of one connection, which it sends again and again. */
const LIST = 100;
/** So many documents are read again and again, and all of them are in the cache. */
const CACHED = 2_000;
export const DOCUMENTS = `/api/v1/database/collections/${COLLECTION}/documents`;

export interface Bench {
  readonly rig: Rig;
  readonly runs: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** `LIST` of `values`, for each connection others. */
function listOf(values: readonly string[], connection: number, pathOf: (value: string) => string): Requests {
  const first = (connection * LIST * 7) % values.length;
  return Array.from({ length: LIST }, (_, at) => ({ path: pathOf(values[(first + at) % values.length] ?? '') }));
}

/** @throws Error where a request failed: its figures would say nothing */
function clean(what: string, result: Load): Load {
  if (result.errors > 0) throw new Error(`${what}: ${result.errors} of ${result.requests} requests failed`);
  return result;
}

function ours({ rig, seconds }: Bench, requestsOf: (connection: number) => Requests): Promise<Load> {
  const { url } = rig.service;
  return load({ url, apiKey: rig.apiKey, connections: CONNECTIONS, seconds, requestsOf });
}

function peers({ rig, seconds }: Bench, requestsOf: (connection: number) => Requests): Promise<Load> {
  return load({ url: rig.peerUrl, connections: CONNECTIONS, seconds, requestsOf });
}

/** Documents by id from the cache, against Fastify that sends what GET found. */
export async function benchCachedRead(bench: Bench): Promise<BenchResult[]> {
  const { rig, runs, say } = bench;
  const ids = rig.ids.slice(0, CACHED);
  await fillCache(rig, ids);
  say('documents by id from the cache, requests/s: through REST, and a bare Fastify route with the same GET');
  const latencies: Pair[] = [];
  const pairs = await interleave(
    runs,
    async () => {
      const result = clean('cached read', await ours(bench, (n) => listOf(ids, n, (id) => `${DOCUMENTS}/${id}`)));
      latencies.push({ ours: result.p95Ms, peer: 10 });
      return result.perSecond;
    },
    async () => clean('peer', await peers(bench, (n) => listOf(ids, n, (id) => `/documents/${id}`))).perSecond,
    say,
  );
  return [
    toResult('cached_read', pairs, 'higher', '>= 0.6 (0.45)'),
    toResult('cached_read_p95_ms', latencies.slice(1), 'lower', '<= 1 (of 10 ms)'),
  ];
}

/** Reads each once and looks whether the next read is a hit: the cache begins only when its change stream is in step. */
export async function fillCache(rig: Rig, ids: readonly string[]): Promise<void> {
  const statusOf = async (id: string): Promise<string> => {
    const response = await fetch(`${rig.service.url}${DOCUMENTS}/${id}`, {
      headers: { authorization: `Bearer ${rig.apiKey}` },
    });
    if (!response.ok) throw new Error(`GET of a document answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    return response.headers.get('cache-status') ?? '';
  };
  const [first = ''] = ids;
  const untilMs = performance.now() + 30_000;
  while (!(await statusOf(first)).includes('hit')) {
    if (performance.now() > untilMs) throw new Error('the document cache did not begin within 30 s');
  }
  for (let from = 0; from < ids.length; from += 50) await Promise.all(ids.slice(from, from + 50).map(statusOf));
}

function findPath(user: string): string {
  return `${DOCUMENTS}?filter=${encodeURIComponent(JSON.stringify({ user_id: user }))}&limit=20`;
}

/** Ten documents by an indexed field, against Fastify that sends what the driver's same call found. */
export async function benchIndexedFind(bench: Bench): Promise<BenchResult[]> {
  const { users } = bench.rig;
  bench.say('ten documents by an indexed field, requests/s: through REST, and a bare Fastify route with the same find');
  const pairs = await interleave(
    bench.runs,
    async () => clean('find', await ours(bench, (n) => listOf(users, n, findPath))).perSecond,
    async () => clean('peer', await peers(bench, (n) => listOf(users, n, (user) => `/find?user=${user}`))).perSecond,
    bench.say,
  );
  return [toResult('indexed_find', pairs, 'higher', '>= 0.6')];
}

/** The same finds from all members that may answer them, against the primary alone. */
export async function benchMembers(bench: Bench): Promise<BenchResult[]> {
  const { users } = bench.rig;
  bench.say('ten documents by an indexed field, requests/s: with secondaryPreferred, and from the primary');
  const from = (preference: string) => async (): Promise<number> =>
    clean(
      preference,
      await ours(bench, (n) => listOf(users, n, (user) => `${findPath(user)}&readPreference=${preference}`)),
    ).perSecond;
  const pairs = await interleave(bench.runs, from('secondaryPreferred'), from('primary'), bench.say);
  return [toResult('reads_over_members', pairs, 'higher', 'none: one host holds all members')];
}
