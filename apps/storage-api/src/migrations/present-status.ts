import type { MigrationDto, MigrationsDto } from './migrations.dto.ts';
import type { MigrationStatus } from './migrations.service.ts';

/** The status as REST and the script answer it. */
export function presentStatus(
  { items, problems }: { items: MigrationStatus[]; problems: string[] },
  heldBy: string | null,
): MigrationsDto {
  const shown = items.map(present);
  const pending = shown.filter(({ state, description }) => description !== null && state !== 'applied').length;
  return { items: shown, pending, problems, heldBy };
}

const NEVER_RUN = { state: 'pending', doneSteps: [], step: null, startedAt: null, appliedAt: null, left: [] };

function present({ name, migration, record }: MigrationStatus): MigrationDto {
  const { state, doneSteps, step, startedAt, appliedAt, left } = record ?? NEVER_RUN;
  return {
    ...{ name, description: migration?.description ?? null, state, doneSteps, step, startedAt, appliedAt, left },
    isReversible: migration?.steps.every(({ down }) => down !== undefined) ?? false,
    ...{ runBy: record?.runBy ?? null, backupId: record?.backupId ?? null, error: record?.error?.detail ?? null },
  };
}
