export const VOLUME_STATES = ['healthy', 'warning', 'critical', 'down'] as const;
export type VolumeState = (typeof VOLUME_STATES)[number];

export interface Thresholds {
  warningPercent: number;
  criticalPercent: number;
}

/** `part` of `whole` in percent with one decimal; 0 of nothing is 0. */
export function percentOf(part: number, whole: number): number {
  return whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0;
}

/** The state by the worst of the percentages: a volume within its quota is still in danger when its file system is full. */
export function stateOf(percentages: readonly number[], { warningPercent, criticalPercent }: Thresholds): VolumeState {
  const worst = Math.max(0, ...percentages);
  if (worst >= criticalPercent) return 'critical';
  return worst >= warningPercent ? 'warning' : 'healthy';
}
