import { memoryMiB } from '../backup/processes.ts';
import { type BenchResult, type Pair, toResult } from '../measure.ts';
import type { Load, Requests } from './load.ts';
import { pacedLoad } from './paced-load.ts';
import { DOCUMENTS, fillCache, type Bench } from './reads.ts';
import { BULK_COLLECTION } from './names.ts';

const CONNECTIONS = 1_000;
const SECONDS = 60;
/** The uncounted round of this one: V8's heap grows to what the load needs. */
const WARM_UP_SECONDS = 10;
const SETTLED_AFTER_MS = 10_000;
/** Requests a second of all connections together: a steady load, not all there is. */
const RATE = 2_000;
const CACHED = 2_000;

/** Where the three kinds of requests go: to storage-api, or to its peer. */
interface Paths {
  readonly document: (id: string) => string;
  readonly find: (user: string) => string;
  readonly insert: string;
}

const SERVICE_PATHS: Paths = {
  document: (id) => `${DOCUMENTS}/${id}`,
  find: (user) => `${DOCUMENTS}?filter=${encodeURIComponent(JSON.stringify({ user_id: user }))}&limit=20`,
  insert: `/api/v1/database/collections/${BULK_COLLECTION}/documents`,
};
const PEER_PATHS: Paths = {
  document: (id) => `/documents/${id}`,
  find: (user) => `/find?user=${user}`,
  insert: '/documents',
};

/** Of ten requests seven read a document, two find ten, one stores one. */
function mixedRequests({ rig }: Bench, paths: Paths, connection: number): Requests {
  return Array.from({ length: 20 }, (_, at): Requests[number] => {
    const number = connection * 20 + at;
    const user = rig.users[(number * 13) % rig.users.length] ?? '';
    if (at % 10 < 7) return { path: paths.document(rig.ids[(number * 7) % CACHED] ?? '') };
    if (at % 10 < 9) return { path: paths.find(user) };
    const body = JSON.stringify({ user_id: user, status: 'active', number });
    return { method: 'POST', path: paths.insert, headers: { 'content-type': 'application/json' }, body };
  });
}

/** 99th percentile of a server's event-loop delay since it was last asked, ms. */
async function loopDelayMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error('the metrics page has no nodejs_eventloop_lag_p99_seconds');
  return Number(seconds) * 1_000;
}

interface Minute extends Load {
  /** Of all but the first seconds. */
  readonly loopDelayMs: number;
}

async function runMinute(bench: Bench, url: string, paths: Paths): Promise<Minute> {
  const run = (seconds: number): Promise<Load> =>
    pacedLoad({
      ...{ url, apiKey: bench.rig.apiKey, connections: CONNECTIONS, seconds, rate: RATE },
      requestsOf: (connection) => mixedRequests(bench, paths, connection),
    });
  await run(WARM_UP_SECONDS);
  const running = run(SECONDS);
  // Asked once, the figure begins anew.
  const settled = new Promise((done) => setTimeout(done, SETTLED_AFTER_MS)).then(() => loopDelayMs(url));
  const atEnd = new Promise((done) => setTimeout(done, (SECONDS - 1) * 1_000)).then(() => loopDelayMs(url));
  const [load, , delayMs] = await Promise.all([running, settled, atEnd]);
  const { requests, perSecond, p95Ms, errors } = load;
  bench.say(
    `${requests} requests, ${perSecond.toFixed(0)}/s, p95 ${p95Ms.toFixed(1)} ms, ${errors} errors, event loop ${delayMs.toFixed(0)} ms`,
  );
  return { ...load, loopDelayMs: delayMs };
}

/** Memory of the service after the first seconds that count, and at the end, MiB. */
async function watchMemory(pid: number): Promise<Pair> {
  const at = (ms: number): Promise<number> =>
    new Promise((done) => setTimeout(done, ms)).then(() => memoryMiB(pid, 'VmRSS'));
  const beganMs = WARM_UP_SECONDS * 1_000;
  const [peer, ours] = await Promise.all([at(beganMs + SETTLED_AFTER_MS), at(beganMs + (SECONDS - 1) * 1_000)]);
  return { ours, peer };
}

/**
 * A thousand keep-alive connections for a minute: errors, the event loop, memory. Bare Fastify under the same load shows what the event loop
 * of a process waits here for a processor.
 */
export async function benchConnections(bench: Bench): Promise<BenchResult[]> {
  const { rig, say } = bench;
  const { url, daemon } = rig.service;
  await fillCache(rig, rig.ids.slice(0, CACHED));
  say(`${CONNECTIONS} keep-alive connections, ${RATE} requests/s for ${SECONDS} s: reads, finds and inserts`);
  const [ours, memory] = await Promise.all([runMinute(bench, url, SERVICE_PATHS), watchMemory(daemon.pid)]);
  say('the same from a bare Fastify with the same calls of the drivers');
  const peer = await runMinute(bench, rig.peerUrl, PEER_PATHS);
  const delays = { ours: ours.loopDelayMs, peer: peer.loopDelayMs };
  return [
    toResult('connections_1000', [{ ours: ours.errors, peer: ours.requests }], 'lower', '= 0 (errors of requests)'),
    toResult('connections_1000_loop_delay_p99_ms', [{ ...delays, peer: 100 }], 'lower', '< 1 (of 100 ms)'),
    toResult('connections_1000_loop_delay_of_bare', [delays], 'lower', 'none'),
    toResult('connections_1000_memory_mb', [memory], 'lower', '<= 1.1 (of after 10 s)'),
  ];
}
