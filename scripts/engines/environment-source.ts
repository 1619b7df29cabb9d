import { processEnvironment } from '@lucid/core/environment';
import { REDIS_VARIABLES, type RedisRole } from './redis.ts';
import type { EngineName } from './started-engine.ts';

const VARIABLES: Record<EngineName, readonly string[]> = {
  mongodb: ['MONGODB_URI'],
  redis: ['REDIS_URI', 'REDIS_QUEUE_URI'],
  elasticsearch: ['ELASTICSEARCH_URI'],
};
/** Passed on beside the addresses when they are set. */
const COMPANIONS = ['LUCID_MONGODB_MEMBERS', 'LUCID_MONGODB_PIDS', 'ELASTICSEARCH_SNAPSHOT_PATH'];

/** The variables that must be set for an engine to be reached. */
export function variablesOf(engine: EngineName): readonly string[] {
  return VARIABLES[engine];
}

/** What the environment says about engines; an empty value counts as absent. */
export function fromEnvironment(): Record<string, string> {
  const environment = processEnvironment();
  const found: Record<string, string> = {};
  for (const name of [...Object.values(VARIABLES).flat(), ...COMPANIONS]) {
    const value = environment[name];
    if (value) found[name] = value;
  }
  return found;
}

/** The environment may name one of the two Redis instances. */
export function missingRoles(named: Record<string, string>): RedisRole[] {
  return (['cache', 'queue'] as const).filter((role) => !named[REDIS_VARIABLES[role]]);
}
