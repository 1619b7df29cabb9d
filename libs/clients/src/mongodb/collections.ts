/** Collections of the control database that belong to this package and to libs/jobs. */
export const LEASES_COLLECTION = 'leases';
export const JOBS_COLLECTION = 'jobs';

/** A document of `leases`; `_id` is the resource. A released lease keeps its document, so that the token never falls. */
export interface LeaseDocument {
  _id: string;
  /** Null when nobody holds it. */
  holder: string | null;
  fencingToken: number;
  acquiredAt: Date;
  heartbeatAt: Date;
}
