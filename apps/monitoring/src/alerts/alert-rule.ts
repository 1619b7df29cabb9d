import type { Labels } from '../collectors/samples.ts';
import type { MetricName } from '../metrics/catalogue.ts';

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What is wrong when. Rules are data: each series of `metric` that matches is judged by itself, as its value, or as its share
 * of the series of `per` with the same labels. A rule fires when the value has been at or beyond `fire` for `forSeconds`, and
 * goes out only when it is back at `clear`, so that a value that trembles on the line does not ring all night.
 */
export interface AlertRule {
  id: string;
  severity: Severity;
  metric: MetricName;
  /** Labels a series must have; all series when left out. */
  selector?: Labels;
  /** Metric that `metric` is divided by, in percent; a series whose divisor is 0 or absent is not judged. */
  per?: MetricName;
  /** `above`: fires at `fire` and more. `below`: fires at `fire` and less. */
  direction: 'above' | 'below';
  fire: number;
  clear: number;
  forSeconds: number;
  summary: string;
  runbook: string;
}
