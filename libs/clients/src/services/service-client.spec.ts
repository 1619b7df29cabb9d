import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@lucid/core/clock';
import { createServiceClient, untilJobEnds, type JobLike } from './service-client.ts';
import { readProblem, ServiceProblem } from './service-problem.ts';

const problem = (body: object, headers: Record<string, string> = {}, status = 409): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } });

describe('what a service refuses', () => {
  it('becomes the error that the service threw', async () => {
    const body = { code: 'BACKUP_HELD', detail: 'why', correlationId: 'c1', retryable: false, errors: [] };
    const error = await readProblem(problem(body));
    expect(error).toMatchObject({ code: 'BACKUP_HELD', message: 'why', correlationId: 'c1', answeredStatus: 409 });
    const busy = await readProblem(
      problem({ code: 'TOO_MANY_REQUESTS', retryable: true }, { 'retry-after': '7' }, 429),
    );
    expect(busy).toMatchObject({ retryable: true, retryAfterSeconds: 7 });
  });

  it('is an error too where its code is not known, or something else answered', async () => {
    const newer = await readProblem(problem({ code: 'FROM_THE_FUTURE' }));
    expect(newer).toMatchObject({ code: 'INTERNAL', answeredStatus: 409 });
    expect(newer.message).toContain('FROM_THE_FUTURE');
    const gateway = await readProblem(new Response('<html>', { status: 502 }));
    expect(gateway).toMatchObject({ code: 'INTERNAL', answeredStatus: 502 });
    const torn = await readProblem(new Response('{', { status: 500, headers: { 'content-type': 'application/json' } }));
    expect(torn).toBeInstanceOf(ServiceProblem);
  });
});

describe('a client', () => {
  let server: Server;
  let baseUrl: string;
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const isThere = request.url === '/things/1';
      response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isThere ? { id: '1' } : { code: 'NOT_FOUND', detail: 'no' }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  interface Paths {
    '/things/{id}': {
      get: {
        parameters: { path: { id: string } };
        responses: { 200: { content: { 'application/json': { id: string } } } };
      };
    };
  }

  it('sends its key, gives the body, and throws what is refused', async () => {
    const client = createServiceClient<Paths>({ baseUrl, apiKey: 'secret' });
    const { data } = await client.GET('/things/{id}', { params: { path: { id: '1' } } });
    expect([data, asked]).toEqual([{ id: '1' }, ['GET /things/1 Bearer secret']]);
    const refused = client.GET('/things/{id}', { params: { path: { id: 'a/b' } } });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'no' });
    expect(asked.at(-1)).toBe('GET /things/a%2Fb Bearer secret');
  });
});

describe('waiting for a job', () => {
  let nowMs = 0;
  const clock = {
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  } as unknown as Clock;
  const job = (state: string): JobLike => ({ id: 'job_1', state, error: null });
  const away = new TypeError('fetch failed');

  function looking(...answers: (JobLike | Error)[]): () => Promise<JobLike> {
    return async () => {
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next instanceof Error) throw next;
      return next!;
    };
  }

  it.each(['succeeded', 'degraded', 'failed', 'cancelled'])('ends with it: %s', async (state) => {
    const seen: string[] = [];
    const look = looking(job('queued'), away, job('running'), job(state));
    const ended = await untilJobEnds(look, clock, { onProgress: (one) => seen.push(one.state) });
    expect([ended.state, seen]).toEqual([state, ['queued', 'running', state]]);
  });

  it('gives up where there is no answer for too long, and at once where the job is refused', async () => {
    const before = nowMs;
    await expect(untilJobEnds(looking(away), clock, { patienceMs: 5_000 })).rejects.toBe(away);
    expect(nowMs - before).toBe(5_500);
    const gone = new ServiceProblem(404, { code: 'JOB_NOT_FOUND', retryable: false }, undefined);
    await expect(untilJobEnds(looking(job('queued'), gone), clock)).rejects.toBe(gone);
  });

  it('stops with its signal', async () => {
    const stop = new AbortController();
    const look = looking(job('running'));
    const waiting = untilJobEnds(look, clock, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(waiting).rejects.toThrow('enough');
  });
});
