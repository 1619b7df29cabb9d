import type { Migration } from '../migration.ts';
import { MODEL_COLLECTIONS, modelsStep } from '../models-step.ts';

/**
 * Where migrations begin: a database that `scripts/init` has made already is not changed. The control database is no part of it: the
 * record of this run stands there.
 */
export const baseline: Migration = {
  name: '0001-baseline',
  description: 'Collections, validators, indexes and expiry of every model of the main database',
  collections: MODEL_COLLECTIONS,
  steps: [modelsStep(MODEL_COLLECTIONS)],
};
