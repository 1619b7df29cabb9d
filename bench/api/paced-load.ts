import { Agent, request } from 'node:http';
import { createHistogram } from 'node:perf_hooks';
import type { Load, LoadOptions, Requests } from './load.ts';

export interface PacedLoadOptions extends LoadOptions {
  /** Of all connections together, a second. */
  readonly rate: number;
}

/**
 * A steady load: each keep-alive connection sends at its own times, spread evenly over all of them. (Autocannon's rates begin each second
 * anew, with a burst of all connections at once.) One that waits for an answer longer than its interval skips what it missed.
 */
export async function pacedLoad(options: PacedLoadOptions): Promise<Load> {
  const { connections, seconds, rate, requestsOf } = options;
  const latency = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  const intervalMs = (connections / rate) * 1_000;
  const began = performance.now();
  const endsAt = began + seconds * 1_000;
  let [sent, errors] = [0, 0];
  const connection = async (number: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const list = requestsOf(number);
    let dueAt = began + (number / connections) * intervalMs;
    for (let at = 0; dueAt < endsAt; at += 1) {
      await new Promise((done) => setTimeout(done, Math.max(0, dueAt - performance.now())));
      const sentAt = performance.now();
      const isFine = await send(agent, options, list[at % list.length] ?? {});
      latency.record(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)));
      sent += 1;
      if (!isFine) errors += 1;
      dueAt = Math.max(dueAt + intervalMs, performance.now());
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => connection(number)));
  const tookSeconds = (performance.now() - began) / 1_000;
  return { requests: sent, perSecond: sent / tookSeconds, p95Ms: latency.percentile(95) / 1_000, errors };
}

/** @returns whether it was answered with success */
function send(agent: Agent, { url, apiKey }: LoadOptions, one: Requests[number]): Promise<boolean> {
  const { method = 'GET', path = '/', headers, body } = one;
  return new Promise((resolve) => {
    const sending = request(
      new URL(path, url),
      { agent, method, headers: { ...headers, authorization: `Bearer ${apiKey}` }, timeout: 30_000 },
      (answer) => {
        answer.resume();
        answer.once('error', () => resolve(false));
        answer.once('end', () => resolve((answer.statusCode ?? 500) < 300));
      },
    );
    sending.once('timeout', () => sending.destroy());
    sending.once('error', () => resolve(false));
    sending.end(body);
  });
}
