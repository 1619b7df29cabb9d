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
