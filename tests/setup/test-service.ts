import { randomBytes } from 'node:crypto';
import type { Clock } from '@lucid/core/clock';
import { processEnvironment } from '@lucid/core/environment';
import type { Role } from '@lucid/models/roles';
import { ApiKeysService } from '@lucid/service-kit/access/api-keys.service';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { createService, type CreatedService, type ServiceDefinition } from '@lucid/service-kit/start';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { middayZone } from './midday-zone.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  /** The body as JSON, or undefined when it is none. */
  json: Record<string, unknown> | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A booted service that does not listen: calls go through the whole of its HTTP stack all the same. */
export interface TestService {
  app: CreatedService<CommonConfig>['app'];
  database: TestDatabase;
  /** A new API key with this role. */
  key(role: Role): Promise<string>;
  call(method: Method, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** A service on the real engines with databases of its own; `environment` overrides what tests share, MongoDB too. */
export async function startTestService<C extends CommonConfig>(
  definition: ServiceDefinition<C>,
  environment: Record<string, string> = {},
  clock?: Clock,
): Promise<TestService> {
  const database = await createTestDatabase(definition.name.replace('-', '_'), environment['MONGODB_URI']);
  const variables = {
    ...processEnvironment(),
    MONGODB_DATABASE: database.name,
    CONTROL_DATABASE: database.sibling('control'),
    LUCID_BOOTSTRAP_API_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'error',
    // It would store what every other test writes; the specs of it switch it on.
    BACKUP_PITR_ENABLED: 'false',
    BACKUP_TIMEZONE: middayZone(),
    ...environment,
  };
  const { app } = await createService(definition, variables, clock).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return {
    app,
    database,
    key: async (role) => (await app.get(ApiKeysService).create('test', role, { id: 'test', role: 'admin' })).key,
    async call(method, path, { key, body, headers = {} } = {}) {
      const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await app.inject({
        method,
        url: path,
        headers: { ...type, ...authorization, ...headers },
        payload,
      });
      const isJson = String(answer.headers['content-type']).includes('json') && answer.payload !== '';
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.payload,
        json: isJson ? (JSON.parse(answer.payload) as Record<string, unknown>) : undefined,
      };
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}
