import { Inject } from '@nestjs/common';

/**
 * Injection tokens of what a service is made of. Classes (MongoClient, the Elasticsearch Client, JobService) are their own
 * tokens; here is what has no class, or exists twice.
 */
const CLOCK = Symbol('Clock');
const LOGGER = Symbol('Logger');
const COMMON_CONFIG = Symbol('CommonConfig');
const CACHE_REDIS = Symbol('CacheRedis');
const QUEUE_REDIS = Symbol('QueueRedis');
const MAIN_DATABASE = Symbol('MainDatabase');
const CONTROL_DATABASE = Symbol('ControlDatabase');
const LEASES = Symbol('LeaseStore');

export const TOKENS = {
  CLOCK,
  LOGGER,
  COMMON_CONFIG,
  CACHE_REDIS,
  QUEUE_REDIS,
  MAIN_DATABASE,
  CONTROL_DATABASE,
  LEASES,
} as const;

export const InjectClock = (): ParameterDecorator => Inject(CLOCK);
export const InjectLogger = (): ParameterDecorator => Inject(LOGGER);
export const InjectConfig = (): ParameterDecorator => Inject(COMMON_CONFIG);
export const InjectCacheRedis = (): ParameterDecorator => Inject(CACHE_REDIS);
export const InjectQueueRedis = (): ParameterDecorator => Inject(QUEUE_REDIS);
/** The `Db` of the product's collections. */
export const InjectMainDatabase = (): ParameterDecorator => Inject(MAIN_DATABASE);
/** The `Db` of the suite's own working records. */
export const InjectControlDatabase = (): ParameterDecorator => Inject(CONTROL_DATABASE);
export const InjectLeases = (): ParameterDecorator => Inject(LEASES);
