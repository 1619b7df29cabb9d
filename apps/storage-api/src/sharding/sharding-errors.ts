import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';
import { MongoServerError } from 'mongodb';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const REFUSALS: Record<number, [ErrorCode, string]> = {
  2: ['SHARDING_REFUSED', 'MongoDB does not take this key: one hashed field at most, all others 1'],
  9: ['SHARDING_REFUSED', 'min must be less than max'],
  20: ['SHARDING_REFUSED', 'MongoDB does not do this with the collection as it is'],
  23: ['SHARDING_REFUSED', 'the collection is sharded by another key: reshardCollection changes it'],
  26: ['SHARDING_REFUSED', 'there is no such collection'],
  48: [
    'SHARDING_REFUSED',
    'the database lives on another shard: leave `primaryShard` out, or move it with movePrimary',
  ],
  61: ['SHARDING_REFUSED', 'min and max must have the fields of the shard key, or its first ones, in its order'],
  70: ['SHARD_NOT_FOUND', 'there is no shard of this name'],
  72: ['SHARDING_REFUSED', 'the key needs an index that begins with it, and unique indexes that begin with it'],
  117: ['SHARDING_REFUSED', 'another operation changes this collection or its chunks now: try again'],
  163: ['SHARDING_REFUSED', 'ranges belong to the zone, and this is its last shard: remove the ranges first'],
  166: ['SHARDING_REFUSED', 'a view cannot be sharded'],
  177: ['ZONE_NOT_FOUND', 'there is no such zone: add a shard to it first'],
  178: ['SHARDING_REFUSED', 'the range overlaps one that belongs to a zone already'],
};

/** Runs a command of mongos, and says its refusals in our words. @throws AppError */
export async function refusingClearly<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const known = toMongoAppError(error);
    if (known || !(error instanceof MongoServerError)) throw known ?? error;
    const [code, detail] = REFUSALS[Number(error.code)] ?? [
      'SHARDING_REFUSED',
      'MongoDB refused it; the log of the service has its answer under the correlation id',
    ];
    throw new AppError(code, detail, { cause: error, ...(Number(error.code) === 117 && { retryable: true }) });
  }
}
