import type { SampleProgress } from './sample-progress.ts';

const DAY_MS = 86_400_000;

export interface SamplePart {
  /** Where it begins, from 0 up to 1; it may go on at 0. */
  readonly from: number;
  /** How much of the whole it is. */
  readonly fraction: number;
}

/**
 * The part to be read now, so that everything is read once in `days`: as much of the whole as time has gone by since the last
 * run. The first run, and one whose clock went backwards, reads what belongs to one day.
 */
export function nextSample(last: SampleProgress | null, now: Date, days: number): SamplePart {
  const elapsedDays = last ? (now.getTime() - last.ranAt.getTime()) / DAY_MS : 1;
  const due = elapsedDays > 0 ? elapsedDays : 1;
  return { from: last?.position ?? 0, fraction: Math.min(1, due / days) };
}

/** Where the part after this one begins. */
export function afterSample({ from, fraction }: SamplePart): number {
  return (from + fraction) % 1;
}
