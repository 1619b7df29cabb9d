import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

/** What each connection sends, one after the other and again from the start. */
export type Requests = autocannon.Request[];

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly apiKey?: string;
  /** Of one connection; each gets a list of its own. */
  readonly requestsOf: (connection: number) => Requests;
}

export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p95Ms: number;
  /** Connections that broke, time-outs, and answers that are no 2xx. */
  readonly errors: number;
}

/** Keep-alive connections that send for so long, each as soon as it has its answer, from this process. Answers that are no success are errors. */
export async function load(options: LoadOptions): Promise<Load> {
  const { url, connections, seconds, apiKey, requestsOf } = options;
  const latency = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  let number = 0;
  const settings: autocannon.Options = {
    ...{ url, connections, duration: seconds, timeout: 30 },
    setupClient: (client) => {
      client.setRequests(requestsOf(number++).map((one) => withKey(one, apiKey)));
    },
  };
  const { requests, duration, errors, non2xx } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(settings, (error: unknown, result) => {
      if (error) reject(error instanceof Error ? error : new Error('the load could not be made'));
      else resolve(result);
    });
    running.on('response', (_client, _status, _bytes, ms) => latency.record(Math.max(1, Math.round(ms * 1_000))));
  });
  return {
    requests: requests.total,
    perSecond: requests.total / duration,
    p95Ms: latency.percentile(95) / 1_000,
    errors: errors + non2xx,
  };
}

function withKey(request: autocannon.Request, apiKey: string | undefined): autocannon.Request {
  if (apiKey === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${apiKey}` } };
}
