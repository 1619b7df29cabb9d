/** What one metric is, declared once: its samples, its Prometheus page and its description come from here. */
export interface MetricDeclaration {
  type: 'gauge' | 'counter' | 'histogram';
  help: string;
  labels: readonly string[];
}

export type MetricDeclarations = Readonly<Record<string, MetricDeclaration>>;

export function gauge(help: string, ...labels: string[]): MetricDeclaration {
  return { type: 'gauge', help, labels };
}

export function counter(help: string, ...labels: string[]): MetricDeclaration {
  return { type: 'counter', help, labels };
}

export function histogram(help: string, ...labels: string[]): MetricDeclaration {
  return { type: 'histogram', help, labels };
}

export type Labels = Readonly<Record<string, string>>;

/** A histogram as a server counted it since its start. */
export interface HistogramValue {
  /** Upper bounds in the metric's unit, rising, with the number of observations at or below each. */
  buckets: readonly { le: number; count: number }[];
  sum: number;
  count: number;
}

/** One figure of one series, as an engine told it: counters are absolute and start again when their server does. */
export interface Sample {
  metric: string;
  labels: Labels;
  value: number | HistogramValue;
}

/** The value at a path such as `jvm.mem.heap_max_in_bytes`; undefined where a step is missing. */
export function figureAt(figures: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], figures);
}

/** Gathers samples of declared metrics; what a server version does not tell is left out instead of shown as zero. */
export class SampleSet<D extends MetricDeclarations> {
  readonly samples: Sample[] = [];

  constructor(private readonly declarations: D) {}

  add(metric: keyof D & string, value: unknown, labels: Labels = {}): void {
    if (value === undefined || value === null) return;
    const number = Number(value);
    if (!Number.isFinite(number)) return;
    // A counter cannot be negative; a server that says so (an overflow) has no figure worth showing.
    if (this.declarations[metric]?.type === 'counter' && number < 0) return;
    this.samples.push({ metric, labels, value: number });
  }

  addHistogram(metric: keyof D & string, value: HistogramValue, labels: Labels): void {
    this.samples.push({ metric, labels, value });
  }
}
