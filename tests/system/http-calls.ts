import { API_KEY, type Suite } from './suite.ts';

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface CallOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One call with everything that a client can see of its answer, refusals included. */
export async function call(suite: Suite, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { key = API_KEY, body, headers = {} } = options;
  const response = await fetch(suite.process('storage-api').url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
}

/** A new key with this role. */
export async function keyOf(suite: Suite, role: string): Promise<string> {
  const { body } = await call(suite, 'POST', '/api/v1/access/keys', { body: { name: `a ${role}`, role } });
  return String(body['key']);
}

export interface ServerEvent {
  id: number;
  data: Record<string, unknown>;
}

/** A stream of events, once the server has begun to answer. */
export async function openEvents(suite: Suite, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(suite.process('storage-api').url + path, {
    headers: { authorization: `Bearer ${API_KEY}`, accept: 'text/event-stream', ...headers },
  });
  if (response.status !== 200 || response.headers.get('content-type')?.includes('text/event-stream') !== true) {
    throw new Error(`${path} answered ${response.status} with ${response.headers.get('content-type')}`);
  }
  return response;
}

/** All events of a stream that the server ends. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function readEvents(stream: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for (const block of (await stream.text()).split('\n\n')) {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const [id, data] = [field('id'), field('data')];
    if (data !== undefined) events.push({ id: Number(id), data: JSON.parse(data) as ServerEvent['data'] });
  }
  return events;
}
