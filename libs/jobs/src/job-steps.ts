/**
 * Keyed, idempotent steps of a job. The result of a finished step is stored in the record, so a run that resumes the job skips
 * it. A step that dies between its work and the storing of its result runs again: its work must be repeatable.
 */
export interface JobSteps {
  /**
   * Runs `action` unless a result is stored under `key`; returns the stored or new result (plain JSON, small: 16 KiB).
   * Keys consist of letters, digits, `-`, `_` and `:`. @throws AppError LEASE_LOST, and the signal's reason before it starts.
   */
  run<T>(key: string, action: () => Promise<T>): Promise<T>;
  /** The stored result, if there is one. */
  get<T>(key: string): T | undefined;
  has(key: string): boolean;
}

const KEY = /^[A-Za-z0-9_:-]{1,200}$/;
const MAX_RESULT_BYTES = 16 * 1024;

export interface StepStore {
  /** Results that were there when the run began. */
  stored: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  /** @throws AppError LEASE_LOST */
  save(key: string, result: unknown): Promise<void>;
}

export function createSteps({ stored, signal, save }: StepStore): JobSteps {
  const results = new Map(Object.entries(stored));
  return {
    async run<T>(key: string, action: () => Promise<T>): Promise<T> {
      if (!KEY.test(key)) throw new Error(`step key ${key} has other characters than letters, digits, -, _ and :`);
      if (results.has(key)) return results.get(key) as T;
      signal.throwIfAborted();
      const result = await action();
      const text = JSON.stringify(result) ?? 'null';
      if (text.length > MAX_RESULT_BYTES) throw new Error(`the result of step ${key} is too large to be stored`);
      await save(key, JSON.parse(text));
      results.set(key, result);
      return result;
    },
    get: <T>(key: string) => results.get(key) as T | undefined,
    has: (key) => results.has(key),
  };
}
