import { Histogram, type Registry } from 'prom-client';
import type { HistogramValue, Labels } from '../collectors/samples.ts';

export interface HistogramSeries {
  labels: Labels;
  value: HistogramValue;
}

interface Line {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/**
 * A histogram whose buckets somebody else has counted: prom-client's own only counts what it observes itself, so this one
 * answers the registry with the server's figures as they are.
 */
export class AbsoluteHistogram extends Histogram {
  private readonly metric: { name: string; help: string };

  constructor(
    metric: { name: string; help: string },
    registry: Registry,
    private readonly series: () => Promise<readonly HistogramSeries[]>,
  ) {
    super({ ...metric, registers: [registry] });
    this.metric = { name: metric.name, help: metric.help };
  }

  override async get(): ReturnType<Histogram['get']> {
    const lines = (await this.series()).flatMap((one) => this.lines(one));
    // prom-client types `type` as an enum and answers a string at run time.
    return { ...this.metric, type: 'histogram', aggregator: 'sum', values: lines } as unknown as Awaited<
      ReturnType<Histogram['get']>
    >;
  }

  /** What the registry asks for its text page. */
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get();
  }

  private lines({ labels, value }: HistogramSeries): Line[] {
    const { name } = this.metric;
    return [
      ...value.buckets.map(({ le, count }) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le },
        value: count,
      })),
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: value.count },
      { metricName: `${name}_sum`, labels, value: value.sum },
      { metricName: `${name}_count`, labels, value: value.count },
    ];
  }
}
