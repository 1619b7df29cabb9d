import { randomBytes } from 'node:crypto';
import { processEnvironment } from '@lucid/core/environment';
import type { Role } from '@lucid/models/roles';
import { ApiKeysService } from '@lucid/service-kit/access/api-keys.service';
import { createService } from '@lucid/service-kit/start';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MetricsListener } from '../src/metrics/metrics-listener.ts';
import { monitoring } from '../src/monitoring.ts';

export interface Answer {
  status: number;
  text: string;
  /** The body as JSON, or undefined when it is none. */
  json: Record<string, unknown> | undefined;
}

export interface TestService {
  app: NestFastifyApplication;
  database: TestDatabase;
  /** Address of the second listener. */
  metricsUrl: string;
  key(role: Role): Promise<string>;
  call(method: 'GET' | 'POST', path: string, key?: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
}

/** The service on the real engines, with databases and a metrics port of its own; `environment` overrides what tests share. */
export async function startTestService(environment: Record<string, string> = {}): Promise<TestService> {
  const database = await createTestDatabase('monitoring');
  const { app } = await createService(monitoring, {
    ...processEnvironment(),
    MONGODB_DATABASE: database.name,
    CONTROL_DATABASE: database.sibling('control'),
    LUCID_BOOTSTRAP_API_KEY: randomBytes(32).toString('hex'),
    METRICS_PORT: '0',
    LOG_LEVEL: 'error',
    ...environment,
  }).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return {
    app,
    database,
    metricsUrl: `http://127.0.0.1:${app.get(MetricsListener, { strict: false }).port}/metrics`,
    key: async (role) => (await app.get(ApiKeysService).create('test', role, { id: 'test', role: 'admin' })).key,
    async call(method, path, key, body) {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const answer = await app.inject({ method, url: path, headers, ...(body && { payload: body }) });
      const isJson = String(answer.headers['content-type']).includes('json');
      return { status: answer.statusCode, text: answer.payload, json: isJson ? JSON.parse(answer.payload) : undefined };
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
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
