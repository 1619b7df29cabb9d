/**
 * A lease says who may change something. Contract:
 * - `acquire` succeeds for one holder at a time; a stale lease (no heartbeat for 30 s of *database* time) can be taken
 *   over. Each success, a take-over included, has a greater fencing token than any before it for that resource.
 * - `heartbeat` and `assertHeld` throw LEASE_LOST once another holder has a greater token, and for good.
 * - `release` may be called twice; releasing a lost lease does nothing.
 * - The clock of this host takes no part in any decision.
 */
export interface LeaseStore {
  /** @throws AppError LEASE_HELD (detail names the holder, and until when the lease of one that died lasts), MONGODB_UNAVAILABLE */
  acquire(resource: string, holder: string): Promise<Lease>;
}

export interface Lease {
  readonly resource: string;
  readonly holder: string;
  readonly fencingToken: number;
  heartbeat(): Promise<void>;
  /** To be called immediately before a commit. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

export const LEASE_HEARTBEAT_MS = 5_000;
export const LEASE_STALE_MS = 30_000;
