import { summarize, withoutServer } from './read-plan.ts';

const stats = (more: object = {}) => ({
  ...{
    executionSuccess: true,
    nReturned: 2,
    executionTimeMillis: 7,
    totalKeysExamined: 2,
    totalDocsExamined: 2,
    ...more,
  },
});
const codes = (explain: object) => summarize(explain).warnings.map(({ code }) => code);

describe('the summary of a plan', () => {
  it('reads a find, its stages from the last one on', () => {
    const winningPlan = { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'a_1' } };
    expect(summarize({ queryPlanner: { winningPlan }, executionStats: stats() })).toEqual({
      ...{
        stages: ['FETCH', 'IXSCAN'],
        indexes: ['a_1'],
        docsExamined: 2,
        keysExamined: 2,
        returned: 2,
        executionMs: 7,
        warnings: [],
      },
    });
  });

  it('reads the slot-based engine, alternatives, and plans that were not run', () => {
    const queryPlan = {
      stage: 'OR',
      inputStages: [
        { stage: 'IXSCAN', indexName: 'a_1' },
        { stage: 'IXSCAN', indexName: 'b_1' },
      ],
    };
    const summary = summarize({ explainVersion: '2', queryPlanner: { winningPlan: { queryPlan, slotBasedPlan: {} } } });
    expect(summary).toMatchObject({
      stages: ['OR', 'IXSCAN', 'IXSCAN'],
      indexes: ['a_1', 'b_1'],
      docsExamined: null,
      executionMs: null,
    });
  });

  it('reads pipelines and shards', () => {
    const cursor = {
      queryPlanner: { winningPlan: { stage: 'COLLSCAN' } },
      executionStats: stats({ totalDocsExamined: 500 }),
    };
    const pipeline = { stages: [{ $cursor: cursor }, { $group: {} }, { $sort: {} }] };
    expect(summarize(pipeline).stages).toEqual(['$sort', '$group', 'COLLSCAN']);
    const sharded = summarize({ shards: { one: pipeline, two: pipeline } });
    expect(sharded).toMatchObject({ docsExamined: 1_000, returned: 4 });
    expect(sharded.warnings.map(({ code }) => code)).toEqual(['COLLSCAN', 'IN_MEMORY_SORT', 'EXAMINES_MANY']);
    const shards = [{ shardName: 'one', winningPlan: { stage: 'IXSCAN', indexName: 'a_1' } }];
    expect(summarize({ queryPlanner: { winningPlan: { stage: 'SINGLE_SHARD', shards } } }).stages).toEqual([
      'SINGLE_SHARD',
      'IXSCAN',
    ]);
  });

  it('warns of what costs', () => {
    const plan = (winningPlan: object, more: object = {}) => ({
      queryPlanner: { winningPlan },
      executionStats: stats(more),
    });
    expect(codes(plan({ stage: 'SKIP', inputStage: { stage: 'IXSCAN' } }))).toEqual(['SKIPS_MANY']);
    expect(codes(plan({ stage: 'SORT' }, { executionStages: { stage: 'SORT', usedDisk: true } }))).toEqual([
      'IN_MEMORY_SORT',
      'SPILLED_TO_DISK',
    ]);
    expect(codes(plan({ stage: 'FETCH' }, { executionSuccess: false }))).toEqual(['NOT_FINISHED']);
    expect(codes(plan({ stage: 'FETCH' }, { totalDocsExamined: 100, nReturned: 0 }))).toEqual([]);
    expect(codes(plan({ stage: 'FETCH' }, { totalDocsExamined: 101, nReturned: 0 }))).toEqual(['EXAMINES_MANY']);
  });

  it('tells nothing of the server', () => {
    const answer = {
      queryPlanner: {},
      serverInfo: { host: 'secret' },
      $clusterTime: {},
      ok: 1,
      shards: { one: { host: 'kept', serverInfo: {} } },
    };
    expect(withoutServer(answer)).toEqual({ queryPlanner: {}, shards: { one: { host: 'kept' } } });
  });
});
