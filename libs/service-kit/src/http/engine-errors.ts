import { toElasticsearchAppError } from '@lucid/clients/elasticsearch/connection';
import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import type { AppError } from '@lucid/core/app-error';

/** What a driver threw as an error of the registry, or `undefined` when no driver knows it. */
export function toEngineError(error: unknown): AppError | undefined {
  return toMongoAppError(error) ?? toRedisAppError(error) ?? toElasticsearchAppError(error);
}
