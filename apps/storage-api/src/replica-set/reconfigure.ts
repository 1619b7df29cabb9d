import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { MongoServerError } from 'mongodb';
import type { HeldLease } from '../cluster/cluster-changes.service.ts';
import type { ReplicaSetConfig } from './replica-set-config.ts';
import type { ReplicaSetRepository } from './replica-set.repository.ts';

const GIVE_UP_MS = 60_000;
const PAUSE_MS = 500;
// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const NODE_NOT_FOUND = 74;
const INCOMPATIBLE = 103;
const INVALID_CONFIG = 93;
/** The primary changes or is still busy with an earlier configuration: the next look tells. */
const TRANSIENT = new Set([50, 91, 109, 189, 262, 308, 10107, 11600, 11602]);

export interface Reconfiguration {
  repository: ReplicaSetRepository;
  clock: Clock;
  lease: HeldLease;
  /** Makes of the present configuration the wanted one; undefined where it is so already. May throw. */
  change(config: ReplicaSetConfig): ReplicaSetConfig | undefined;
}

/**
 * Changes the configuration until it is as wanted and returns it: safe to be called again after a crash or a lost answer. Each
 * attempt is made from what is read right before and with the next version, so that the server refuses it where somebody else was
 * quicker. @throws AppError RECONFIGURATION_REFUSED, LEASE_LOST, MONGODB_UNAVAILABLE, TIMEOUT, and what `change` throws
 */
export async function reconfigure({ repository, clock, lease, change }: Reconfiguration): Promise<ReplicaSetConfig> {
  const deadline = clock.monotonicMs() + GIVE_UP_MS;
  for (;;) {
    let seen: number | undefined;
    try {
      const { config } = await repository.config();
      seen = config.version;
      const wanted = change(config);
      if (!wanted) return config;
      await lease.assertHeld();
      await repository.reconfigure({ ...wanted, version: seen + 1 });
    } catch (error) {
      if (clock.monotonicMs() > deadline || !(await mayTryAgain(error, repository, seen))) throw refused(error);
      await clock.sleep(PAUSE_MS);
    }
  }
}

/** @param seen the version that the attempt was made from */
async function mayTryAgain(error: unknown, repository: ReplicaSetRepository, seen?: number): Promise<boolean> {
  if (error instanceof MongoServerError) {
    const code = Number(error.code);
    if (TRANSIENT.has(code)) return true;
    // Also the answer where somebody else was quicker with a change: then there is another version now.
    return code === INCOMPATIBLE && (await repository.config()).config.version !== seen;
  }
  return toMongoAppError(error)?.retryable === true;
}

function refused(error: unknown): unknown {
  if (!(error instanceof MongoServerError)) return toMongoAppError(error) ?? error;
  const because = (text: string): AppError => new AppError('RECONFIGURATION_REFUSED', text, { cause: error });
  switch (Number(error.code)) {
    case NODE_NOT_FOUND:
      return because(
        'too few voting members answered the primary: bring them back, and check that they reach the member',
      );
    case INCOMPATIBLE:
      return because(
        'the members refuse it: one was started for a set of another name, or it contradicts the configuration',
      );
    case INVALID_CONFIG:
      return because('MongoDB does not take this configuration: check votes, priorities and names');
    default:
      return toMongoAppError(error) ?? because('MongoDB refused the change; the log of the service says why');
  }
}
