import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.11/indices-create-index.html#indices-create-api-path-params */
const INDEX_NAME = /^(?![-_+.])[^\\/*?"<>| ,#:\p{Lu}\s]+$/u;
const MAX_NAME_BYTES = 255;
const PLAIN_ID = /^[a-z0-9_-]{1,80}$/;

/**
 * Everything a restore makes on the server begins so: indices, its repository, its folder, its journal. No index of the prefix does, so
 * neither backups nor searches by the prefix see them.
 */
export function workName(prefix: string, restoreId: string): string {
  const id = PLAIN_ID.test(restoreId) ? restoreId : createHash('sha256').update(restoreId).digest('hex').slice(0, 32);
  return `restoring-${prefix}-${id}`;
}

/** Where one index is restored and verified before it gets its name. */
export function stagingName(work: string, number: number): string {
  return `${work}-${number}`;
}

/**
 * How far a staged index is, kept with the index itself as a hidden alias, so that it changes in one step with other aliases: verified →
 * swapping (the live one is gone, this stands in for it) → done (its copy has the name).
 */
export type StagingState = 'verified' | 'swapping' | 'done';

export function markerName(staging: string, state: StagingState): string {
  return `${staging}.${state}`;
}

/** @throws AppError RESTORE_REFUSED for what is no index of the prefix */
export function checkTargetName(name: string, prefix: string): void {
  if (!INDEX_NAME.test(name) || Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new AppError('RESTORE_REFUSED', `${JSON.stringify(name)} is not the name of an index.`);
  }
  if (!name.startsWith(`${prefix}_`)) {
    throw new AppError(
      'RESTORE_REFUSED',
      `Indices are restored under names that begin with ${prefix}_ only: rename ${name}.`,
    );
  }
}

/** `*` stands for any characters. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(name);
}
