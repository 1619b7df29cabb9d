import { memoryMiB } from '../backup/processes.ts';
import { type BenchResult, toResult } from '../measure.ts';
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

/** Of ten requests seven read a document, two find ten, one stores one. */
function mixedRequests({ rig }: Bench, connection: number): Requests {
  return Array.from({ length: 20 }, (_, at): Requests[number] => {
    const number = connection * 20 + at;
    const user = rig.users[(number * 13) % rig.users.length] ?? '';
    if (at % 10 < 7) return { path: `${DOCUMENTS}/${rig.ids[(number * 7) % CACHED] ?? ''}` };
    if (at % 10 < 9)
      return { path: `${DOCUMENTS}?filter=${encodeURIComponent(JSON.stringify({ user_id: user }))}&limit=20` };
    const body = JSON.stringify({ user_id: user, status: 'active', number });
    const path = `/api/v1/database/collections/${BULK_COLLECTION}/documents`;
    return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body };
  });
}

/** 99th percentile of the service's event-loop delay since it was last asked, ms. */
async function loopDelayMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error('the metrics page has no nodejs_eventloop_lag_p99_seconds');
  return Number(seconds) * 1_000;
}

/** A thousand keep-alive connections for a minute: errors, the event loop, memory. */
export async function benchConnections(bench: Bench): Promise<BenchResult[]> {
  const { rig, say } = bench;
  const { url, daemon } = rig.service;
  await fillCache(rig, rig.ids.slice(0, CACHED));
  say(`${CONNECTIONS} keep-alive connections, ${RATE} requests/s for ${SECONDS} s: reads, finds and inserts`);
  const run = (seconds: number): Promise<Load> =>
    pacedLoad({
      ...{ url, apiKey: rig.apiKey, connections: CONNECTIONS, seconds, rate: RATE },
      requestsOf: (connection) => mixedRequests(bench, connection),
    });
  await run(WARM_UP_SECONDS);
  const running = run(SECONDS);
  const settled = new Promise((done) => setTimeout(done, SETTLED_AFTER_MS)).then(async () => {
    // Asked once, the figure begins anew.
    await loopDelayMs(url);
    return memoryMiB(daemon.pid, 'VmRSS');
  });
  const atEnd = new Promise((done) => setTimeout(done, (SECONDS - 1) * 1_000)).then(() =>
    Promise.all([loopDelayMs(url), memoryMiB(daemon.pid, 'VmRSS')]),
  );
  const [result, settledMb, [delayMs, endMb]] = await Promise.all([running, settled, atEnd]);
  const { requests, perSecond, p95Ms, errors } = result;
  say(`${requests} requests, ${perSecond.toFixed(0)}/s, p95 ${p95Ms.toFixed(1)} ms, ${errors} errors`);
  return [
    toResult('connections_1000', [{ ours: errors, peer: requests }], 'lower', '= 0 (errors of requests)'),
    toResult('connections_1000_loop_delay_p99_ms', [{ ours: delayMs, peer: 100 }], 'lower', '< 1 (of 100 ms)'),
    toResult('connections_1000_memory_mb', [{ ours: endMb, peer: settledMb }], 'lower', '<= 1.1 (of after 10 s)'),
  ];
}
