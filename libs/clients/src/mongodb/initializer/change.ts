/** One thing the initializer did (or, in a dry run, would do). */
export interface Change {
  readonly target: string;
  readonly action: string;
  readonly detail: string;
}

/** What differs from the models and is not ours to change, or needs a person. */
export interface Remark {
  readonly target: string;
  readonly detail: string;
}

export interface InitializationReport {
  readonly changes: readonly Change[];
  readonly remarks: readonly Remark[];
}

/** Collects changes and remarks, tells each of them at once, and applies a change unless it is a dry run. */
export class ChangeLog {
  readonly changes: Change[] = [];
  readonly remarks: Remark[] = [];
  private readonly isDryRun: boolean;
  private readonly tell: (line: string) => void;

  constructor(isDryRun: boolean, tell: (line: string) => void = () => undefined) {
    this.isDryRun = isDryRun;
    this.tell = tell;
  }

  /** A change is reported after it took effect, so that what is printed is true even when the next one fails. */
  async change(change: Change, apply: () => Promise<unknown>): Promise<void> {
    if (!this.isDryRun) await apply();
    this.changes.push(change);
    this.tell(
      `${this.isDryRun ? 'would ' : ''}${change.action} ${change.target}${change.detail && `: ${change.detail}`}`,
    );
  }

  remark(target: string, detail: string): void {
    this.remarks.push({ target, detail });
    this.tell(`note ${target}: ${detail}`);
  }

  finish(): InitializationReport {
    if (this.changes.length === 0) this.tell('nothing to change');
    return { changes: this.changes, remarks: this.remarks };
  }
}

/** Equal content gives equal text, whatever the order of keys; for comparing what is with what should be. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return Number(inner);
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
