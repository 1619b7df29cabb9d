/** The few calls that a script makes of the services' REST, as any other client would make them. */
export interface RestClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  remove<T>(path: string): Promise<T>;
  /** Reads server-sent events until the service ends them, as it does at the end of a job. */
  follow(path: string): Promise<void>;
}

export interface JobAnswer {
  id: string;
  state: string;
  progress: { phase: string; done: number; total: number | null; unit: string } | null;
  result: Record<string, unknown> | null;
  error: { code: string; detail: string } | null;
}

const FINAL = new Set(['succeeded', 'degraded', 'failed', 'cancelled']);
const LOOK_EVERY_MS = 200;
/** Looks without an answer that are passed over: a service that restarts is away so long. */
const MAY_MISS = 300;

/** @throws Error with the problem's code and detail when the service refuses */
export function restClient(baseUrl: string, apiKey: string): RestClient {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T & { code?: string; detail?: string };
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${answer.code}: ${answer.detail}`);
    return answer;
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    remove: (path) => call('DELETE', path),
    async follow(path) {
      const response = await fetch(baseUrl + path, { headers: { authorization: `Bearer ${apiKey}` } });
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
      for await (const _ of response.body ?? []);
    },
  };
}

export interface WaitOptions {
  onProgress?: (job: JobAnswer) => void;
  /** A job that ended as degraded has a result too. */
  mayBeDegraded?: boolean;
}

/**
 * Waits for the end of a job, also across a restart of the service, which the job outlives.
 * @throws Error with its code and detail when it did not succeed
 */
export async function waitForJob(
  client: RestClient,
  id: string,
  { onProgress = () => undefined, mayBeDegraded = false }: WaitOptions = {},
): Promise<JobAnswer> {
  for (let missed = 0; ;) {
    try {
      const job = await client.get<JobAnswer>(`/api/v1/jobs/${id}`);
      missed = 0;
      onProgress(job);
      if (job.state === 'succeeded' || (mayBeDegraded && job.state === 'degraded')) return job;
      if (FINAL.has(job.state))
        throw new Error(`the job ${id} ended as ${job.state}: ${job.error?.code} ${job.error?.detail}`);
    } catch (error) {
      // `fetch` throws a TypeError where there is no answer at all.
      if (!(error instanceof TypeError) || (missed += 1) > MAY_MISS) throw error;
    }
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}
