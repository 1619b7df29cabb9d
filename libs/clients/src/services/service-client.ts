import { systemClock, type Clock } from '@lucid/core/clock';
import createClient, { type Client } from 'openapi-fetch';
import { readProblem } from './service-problem.ts';

export interface ServiceClientOptions {
  /** Such as `http://localhost:8085`, without a path. */
  baseUrl: string;
  /** An API key or a JWT. */
  apiKey: string;
  clock?: Clock;
}

/** Anything else than the answer of a success is thrown. */
export type TypedClient<Paths extends object> = Client<Paths, `${string}/${string}`>;

/**
 * A client whose paths, parameters, bodies and answers are those of the service's OpenAPI document. Its calls throw a ServiceProblem
 * for what the service refuses, and what `fetch` throws (a TypeError) where there is no answer at all; nothing is tried again.
 */
export function createServiceClient<Paths extends object>({
  baseUrl,
  apiKey,
}: ServiceClientOptions): TypedClient<Paths> {
  const client = createClient<Paths>({ baseUrl, headers: { authorization: `Bearer ${apiKey}` } });
  client.use({
    async onResponse({ response }) {
      if (!response.ok) throw await readProblem(response);
    },
  });
  return client;
}

/** The body of an answer. @throws Error where a success had none */
export function bodyOf<T>(answer: { data?: T; response: Response }): T {
  if (answer.data === undefined) throw new Error(`the answer ${answer.response.status} has no body`);
  return answer.data;
}

/** What is needed of a job to wait for it. */
export interface JobLike {
  id: string;
  state: string;
  error: { code: string; detail: string } | null;
}

export interface JobWaitOptions<J> {
  signal?: AbortSignal;
  /** Called for each look at the job. */
  onProgress?: (job: J) => void;
  /** Between looks, milliseconds. */
  everyMs?: number;
  /** For so long, in milliseconds, a service may give no answer: one that restarts is away, and its jobs outlive it. */
  patienceMs?: number;
}

const FINAL = new Set(['succeeded', 'degraded', 'failed', 'cancelled']);

/** Looks at a job until it has ended, however that was. @throws ServiceProblem, TypeError, the reason of the signal */
export async function untilJobEnds<J extends JobLike>(
  look: () => Promise<J>,
  clock: Clock = systemClock,
  options: JobWaitOptions<J> = {},
): Promise<J> {
  const { signal, onProgress = () => undefined, everyMs = 500, patienceMs = 60_000 } = options;
  for (let answeredMs = clock.monotonicMs(); ;) {
    signal?.throwIfAborted();
    try {
      const job = await look();
      answeredMs = clock.monotonicMs();
      onProgress(job);
      if (FINAL.has(job.state)) return job;
    } catch (error) {
      if (!mayPass(error) || clock.monotonicMs() - answeredMs > patienceMs) throw error;
    }
    await clock.sleep(everyMs, signal);
  }
}

/** No answer, or one that says to come again. */
function mayPass(error: unknown): boolean {
  return error instanceof TypeError || (error as { retryable?: unknown }).retryable === true;
}
