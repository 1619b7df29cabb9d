import { Injectable } from '@nestjs/common';
import { CollectionService } from '../collectors/collection.service.ts';
import type { Snapshot } from '../collectors/collector.ts';
import type { Sample } from '../collectors/samples.ts';
import type { CollectionStatsDto, FigureDto, StatsDto } from './stats.dto.ts';

function figuresOf(samples: readonly Sample[]): Record<string, FigureDto[]> {
  const figures: Record<string, FigureDto[]> = {};
  for (const { metric, labels, value } of samples) (figures[metric] ??= []).push({ labels, value });
  return figures;
}

/** A snapshot as JSON, with or without its figures. */
export function presentSnapshot(snapshot: Snapshot): CollectionStatsDto {
  const { collector, up, health, collectedAt, durationMs, code, problems, samples } = snapshot;
  const { name, engine, database } = collector;
  const outcome = { up, health: health ?? null, collectedAt, durationMs, code, problems };
  return { collector: name, engine, database, ...outcome, figures: figuresOf(samples) };
}

@Injectable()
export class StatsService {
  constructor(private readonly collections: CollectionService) {}

  /** The last figures of each collector; it asks no engine, but waits for the first collection after the start. */
  async read(): Promise<StatsDto> {
    await this.collections.ready();
    return {
      intervalSeconds: this.collections.intervalSeconds,
      collections: this.collections.latest().map(presentSnapshot),
    };
  }
}
