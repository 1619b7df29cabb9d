import { AppError } from '@lucid/core/app-error';
import { createLogger } from '@lucid/core/logger';
import { FakeClock } from '@lucid/testing/fake-clock';
import { loadMonitoringConfig } from '../config.ts';
import { CollectionService } from './collection.service.ts';
import type { Collected, Collector } from './collector.ts';

/** An engine whose answers the test gives one by one. */
class ScriptedCollector implements Collector {
  readonly engine = 'redis';
  readonly database = 'cache';
  readonly deadlineMs = 4_000;
  readonly up = { metric: 'redis_up', labels: { database: 'cache' } };
  calls = 0;
  private answers: ((outcome: Collected | Error) => void)[] = [];

  constructor(
    readonly name: string,
    readonly freshForMs = 0,
  ) {}

  collect(): Promise<Collected> {
    this.calls += 1;
    return new Promise((resolve, reject) => {
      this.answers.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
    });
  }

  answer(outcome: Collected | Error): void {
    this.answers.shift()?.(outcome);
  }
}

const figures: Collected = {
  samples: [{ metric: 'redis_connected_clients', labels: {}, value: 3 }],
  health: 1,
  problems: [],
};

function create(...collectors: Collector[]): { service: CollectionService; clock: FakeClock } {
  const clock = new FakeClock();
  const logger = createLogger('test', 'silent');
  return { service: new CollectionService(collectors, loadMonitoringConfig({}), clock, logger), clock };
}

const outcomes = (service: CollectionService) => service.latest().map(({ up, code }) => ({ up, code }));

describe('CollectionService', () => {
  it('runs a collector once however many ask', async () => {
    const collector = new ScriptedCollector('one');
    const { service } = create(collector);
    const both = [service.collectNow(), service.collectNow()];
    collector.answer(figures);
    await Promise.all(both);
    expect(collector.calls).toBe(1);
    expect(outcomes(service)).toEqual([{ up: true, code: null }]);
  });

  it('counts an engine that hangs as down at the deadline, without costing the others theirs', async () => {
    const [hung, well] = [new ScriptedCollector('hung'), new ScriptedCollector('well')];
    const { service, clock } = create(hung, well);
    const round = service.collectNow();
    well.answer(figures);
    await clock.advance(4_000);
    await round;
    expect(outcomes(service)).toEqual([
      { up: false, code: 'TIMEOUT' },
      { up: true, code: null },
    ]);
    expect(service.samples()).toEqual(figures.samples);
  });

  it('does not call a collector again that still hangs, and takes its late answer', async () => {
    const hung = new ScriptedCollector('hung');
    const { service, clock } = create(hung);
    const first = service.collectNow();
    await clock.advance(4_000);
    await first;
    const second = service.collectNow();
    hung.answer(figures);
    await second;
    expect(hung.calls).toBe(1);
    expect(outcomes(service)).toEqual([{ up: true, code: null }]);
  });

  it('forgets the figures of an engine that is gone, and says why by code', async () => {
    const collector = new ScriptedCollector('one');
    const { service } = create(collector);
    for (const outcome of [figures, new AppError('REDIS_UNAVAILABLE', 'Redis does not answer')]) {
      const round = service.collectNow();
      collector.answer(outcome);
      await round;
    }
    expect(outcomes(service)).toEqual([{ up: false, code: 'REDIS_UNAVAILABLE' }]);
    expect(service.samples()).toEqual([]);
  });

  it('asks at each interval, a slow collector only when its figures are old, and keeps to a new interval', async () => {
    const [fast, slow] = [new ScriptedCollector('fast'), new ScriptedCollector('slow', 300_000)];
    const { service, clock } = create(fast, slow);
    const advance = async (ms: number): Promise<void> => {
      await clock.advance(ms);
      fast.answer(figures);
      slow.answer(figures);
      await clock.advance(0);
    };
    service.onApplicationBootstrap();
    await advance(0);
    await advance(30_000);
    expect([fast.calls, slow.calls]).toEqual([2, 1]);
    service.setInterval(300);
    await advance(30_000);
    expect([fast.calls, slow.calls]).toEqual([2, 1]);
    await advance(270_000);
    expect([fast.calls, slow.calls]).toEqual([3, 2]);
    service.onModuleDestroy();
    expect(clock.pending).toBe(0);
  });
});
