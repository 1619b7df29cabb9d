import { InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { CollectionService } from '../collectors/collection.service.ts';
import type { MetricDeclaration, MetricDeclarations, Sample } from '../collectors/samples.ts';
import type { MonitoringConfig } from '../config.ts';
import { AbsoluteHistogram, type HistogramSeries } from './absolute-histogram.ts';
import { CATALOGUE } from './catalogue.ts';
import { allSamples } from './collection-metrics.ts';

/**
 * Puts the catalogue on the service's metrics page. A page shows the last collection and never asks an engine, so that it
 * answers at once however many ask and whatever hangs; only the very first page waits for the first collection.
 */
@Injectable()
export class EngineMetrics implements OnModuleInit {
  constructor(
    private readonly registry: Registry,
    private readonly collections: CollectionService,
    @InjectConfig() private readonly config: MonitoringConfig,
  ) {}

  onModuleInit(): void {
    if (!this.config.prometheusEnabled) return;
    const catalogue: MetricDeclarations = CATALOGUE;
    for (const [name, declaration] of Object.entries(catalogue)) this.register(name, declaration);
  }

  private register(name: string, { type, help, labels }: MetricDeclaration): void {
    const samplesOf = async (): Promise<Sample[]> => {
      await this.collections.ready();
      return allSamples(this.collections.latest()).filter((sample) => sample.metric === name);
    };
    const common = { name, help, labelNames: labels, registers: [this.registry] };
    if (type === 'histogram') {
      const series = async (): Promise<HistogramSeries[]> =>
        (await samplesOf()).flatMap(({ labels: own, value }) =>
          typeof value === 'number' ? [] : [{ labels: own, value }],
        );
      new AbsoluteHistogram({ name, help }, this.registry, series);
      return;
    }
    // The server's figure replaces ours each time: a counter that starts again with its server does so here too, and
    // Prometheus knows what that means.
    const metric =
      type === 'gauge' ? new Gauge({ ...common, collect: refresh }) : new Counter({ ...common, collect: refresh });
    async function refresh(): Promise<void> {
      const samples = await samplesOf();
      metric.reset();
      for (const { labels: own, value } of samples) {
        if (typeof value === 'number') metric.inc(own, value);
      }
    }
  }
}
