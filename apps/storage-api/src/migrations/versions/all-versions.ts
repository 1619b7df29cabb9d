import type { VersionedMigration } from '../migration.ts';
import { baseline } from './0001-baseline.ts';
import { CHECKSUMS } from './checksums.ts';

/** Every migration, oldest first. One that was shipped is never changed: its checksum is stored where it was applied. */
export const ALL_VERSIONS: readonly VersionedMigration[] = [baseline].map((migration) => ({
  migration,
  checksum: CHECKSUMS[migration.name] ?? '',
}));
