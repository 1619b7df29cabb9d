import { Registry } from 'prom-client';
import { AbsoluteHistogram } from './absolute-histogram.ts';

describe('AbsoluteHistogram', () => {
  it('shows the figures it is given, and smaller ones after a restart of the server', async () => {
    const registry = new Registry();
    const value = {
      buckets: [
        { le: 0.001, count: 5 },
        { le: 1, count: 9 },
      ],
      sum: 2.5,
      count: 10,
    };
    let series = [{ labels: { type: 'read' }, value }];
    new AbsoluteHistogram({ name: 'duration_seconds', help: 'Duration' }, registry, async () => series);
    expect((await registry.metrics()).split('\n')).toEqual([
      '# HELP duration_seconds Duration',
      '# TYPE duration_seconds histogram',
      'duration_seconds_bucket{type="read",le="0.001"} 5',
      'duration_seconds_bucket{type="read",le="1"} 9',
      'duration_seconds_bucket{type="read",le="+Inf"} 10',
      'duration_seconds_sum{type="read"} 2.5',
      'duration_seconds_count{type="read"} 10',
      '',
    ]);
    series = [{ labels: { type: 'read' }, value: { buckets: [], sum: 0, count: 0 } }];
    expect(await registry.metrics()).toContain('duration_seconds_count{type="read"} 0');
  });
});
