import type { CheckOptions, CheckResult } from './maintenance-types.ts';
import type { RepositoryContext } from './repository-context.ts';
import { STATE, defectsOf, scanRepository } from './scan-repository.ts';

/** Checks every snapshot and reports all that is wrong; see `Repository.check`. */
export async function checkRepository(context: RepositoryContext, options: CheckOptions): Promise<CheckResult> {
  // A store that is there and empty, such as a folder whose volume is not mounted, is no repository without damage.
  await context.ownership.read();
  const scan = await scanRepository(context, options);
  const damaged = await defectsOf(context, scan);
  const { ids, inventory, referenced, readChunks, storedBytes } = scan;
  let named = 0;
  for (const [id] of referenced) named += inventory.copies(id).length;
  const missing = [...scan.bad].filter(([, state]) => state === STATE.missing).length;
  const counts = { snapshots: ids.length, chunks: referenced.size, readChunks, storedBytes };
  return { level: options.level, ...counts, damaged, orphans: inventory.objects - named, missing };
}
