import type { Role } from '@lucid/models/roles';
import type { TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { startTestService as start, type Answer } from '../../../tests/setup/test-service.ts';
import { MetricsListener } from '../src/metrics/metrics-listener.ts';
import { monitoring } from '../src/monitoring.ts';

export interface TestService {
  database: TestDatabase;
  /** Address of the second listener. */
  metricsUrl: string;
  key(role: Role): Promise<string>;
  call(method: 'GET' | 'POST', path: string, key?: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
}

/** The service on the real engines with a metrics port of its own; `environment` overrides what tests share. */
export async function startTestService(environment: Record<string, string> = {}): Promise<TestService> {
  const service = await start(monitoring, { METRICS_PORT: '0', ...environment });
  const { port } = service.app.get(MetricsListener, { strict: false });
  return {
    database: service.database,
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    key: (role) => service.key(role),
    call: (method, path, key, body) => service.call(method, path, { key, body }),
    close: () => service.close(),
  };
}

/** A busy host may be too slow for one round of the collectors: asks for more until this service says of none that it is down. */
export async function collectAll(service: TestService): Promise<Answer> {
  const key = await service.key('operator');
  return eventually('figures of every engine', async () => {
    const answer = await service.call('POST', '/monitor', key);
    const { collections } = answer.json as { collections?: { up: boolean; problems: unknown[] }[] };
    return collections?.every(({ up, problems }) => up && problems.length === 0) && answer;
  });
}

/** The series of a metrics page: `name{labels}` → value. */
export function parsePage(page: string): Map<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** Values of the series of `name` that have all these labels. */
export function valuesOf(page: string, name: string, labels: Record<string, string> = {}): number[] {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return [...parsePage(page)]
    .filter(([series]) => series.split('{', 1)[0] === name && wanted.every((label) => series.includes(label)))
    .map(([, value]) => value);
}
