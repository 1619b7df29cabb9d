import { isAppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';
import { toEngineError } from '@lucid/service-kit/http/engine-errors';
import type { PartProblem } from './collector.ts';

/** The registry's code for whatever a driver threw: what may be shown of an error. */
export function codeOf(error: unknown): ErrorCode {
  if (isAppError(error)) return error.code;
  return toEngineError(error)?.code ?? 'INTERNAL';
}

/** Runs the parts of a collection side by side; a part that fails costs its own figures only. */
export async function runParts(parts: Readonly<Record<string, () => Promise<void>>>): Promise<PartProblem[]> {
  const problems = await Promise.all(
    Object.entries(parts).map(async ([part, run]) => {
      try {
        await run();
        return null;
      } catch (error) {
        return { part, code: codeOf(error) };
      }
    }),
  );
  return problems.filter((problem) => problem !== null);
}
