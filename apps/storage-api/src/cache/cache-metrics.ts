import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheFreshness } from './cache-freshness.ts';

export type ReadOutcome = 'hit' | 'miss' | 'bypass';
export type FillOutcome = 'stored' | 'refused' | 'failed';
export type ForgetCause = 'write' | 'change' | 'flush';

/** The document cache on the metrics page. Hit rate: hits by hits, misses and bypasses. */
export class CacheMetrics {
  readonly #counters: Record<ReadOutcome, { inc(): void }>;
  readonly #fills: Counter<'outcome'>;
  readonly #forgotten: Counter<'cause'>;
  readonly #errors: Counter;

  constructor(registry: Registry, freshness: CacheFreshness) {
    const registers = [registry];
    const reads = new Counter({
      name: 'lucid_cache_document_reads_total',
      help: 'Documents read through the cache: hit, miss, or bypass where the cache is away or not in step',
      labelNames: ['outcome'],
      registers,
    });
    // Looked up once: reads are many.
    this.#counters = { hit: reads.labels('hit'), miss: reads.labels('miss'), bypass: reads.labels('bypass') };
    this.#fills = new Counter({
      name: 'lucid_cache_document_fills_total',
      help: 'Documents brought to the cache: stored, refused because they changed meanwhile, or failed',
      labelNames: ['outcome'],
      registers,
    });
    this.#forgotten = new Counter({
      name: 'lucid_cache_document_invalidations_total',
      help: 'Documents taken out of the cache by a write, a change seen in the database, or a flush',
      labelNames: ['cause'],
      registers,
    });
    // A series that begins above zero has lost its first events to `rate()`.
    for (const outcome of ['stored', 'refused', 'failed'] as const) this.#fills.inc({ outcome }, 0);
    for (const cause of ['write', 'change', 'flush'] as const) this.#forgotten.inc({ cause }, 0);
    this.#errors = new Counter({
      name: 'lucid_cache_document_errors_total',
      help: 'Commands of the document cache that Redis failed or did not answer in time',
      registers,
    });
    const age: Gauge = new Gauge({
      name: 'lucid_cache_document_freshness_seconds',
      help: 'Time since every change was known to be taken out of the cache; nothing is served from it above 5',
      registers,
      collect: () => age.set(freshness.ageSeconds()),
    });
  }

  /** How reads went since the start. */
  readonly reads: Record<ReadOutcome, number> = { hit: 0, miss: 0, bypass: 0 };

  read(outcome: ReadOutcome): void {
    this.reads[outcome] += 1;
    this.#counters[outcome].inc();
  }

  filled(outcome: FillOutcome): void {
    this.#fills.inc({ outcome });
  }

  forgot(cause: ForgetCause, count: number): void {
    this.#forgotten.inc({ cause }, count);
  }

  failed(): void {
    this.#errors.inc();
  }
}
