import type { ElasticsearchManifest, IndexManifest } from './manifest.ts';
import { type ElasticsearchSelection, planElasticsearchRestore, type PlanRules } from './restore-plan.ts';
import type { TargetState } from './restore-target.ts';

function index(name: string, changes: Partial<IndexManifest> = {}): IndexManifest {
  return {
    ...{ name, isClosed: false, shards: 3, failedShards: [], documents: 7, isCountExact: true, bytes: 100 },
    ...{ aliases: {}, settings: {}, mappings: '{}', snapshotId: null, digest: '00' },
    ...changes,
  };
}

function manifestOf(indices: IndexManifest[], changes: Partial<ElasticsearchManifest> = {}): ElasticsearchManifest {
  return {
    ...{ format: 1, path: 'logical', serverVersion: '8.11.4', clusterUuid: 'u', prefix: 'lucid', snapshot: null },
    ...{ beganAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z', missing: [], templates: [] },
    indices,
    ...changes,
  };
}

/** `documents` by index; aliases by name the indices that have it. */
function targetOf(documents: Record<string, number> = {}, aliases: Record<string, string[]> = {}): TargetState {
  return {
    names: new Set(Object.keys(documents)),
    indices: new Map(
      Object.entries(documents).map(([name, count]) => [name, { uuid: `u-${name}`, hasDocuments: count > 0 }]),
    ),
    aliases: new Map(
      Object.entries(aliases).map(([name, holders]) => [name, new Map(holders.map((holder) => [holder, '{}']))]),
    ),
  };
}

const RULES: PlanRules = {
  prefix: 'lucid',
  work: 'restoring-lucid-r',
  serverVersion: '8.11.4',
  shardRoom: 1000,
  journal: undefined,
};

function plan(
  manifest: ElasticsearchManifest,
  selection: ElasticsearchSelection = {},
  target = targetOf(),
  rules = {},
) {
  return planElasticsearchRestore(manifest, selection, target, { ...RULES, ...rules });
}

const sessions = index('lucid_sessions-000001', { aliases: { lucid_sessions: '{"is_write_index":true}' } });

describe('the plan of a restore of Elasticsearch', () => {
  it('takes everything in place, templates too', () => {
    const planned = plan(manifestOf([index('lucid_a'), sessions]), {}, targetOf({ lucid_a: 1 }));
    expect(planned).toMatchObject({ bytes: 200, hasTemplates: true, warnings: [] });
    expect(planned.namespaces.map(({ target, replaces }) => [target, replaces])).toEqual([
      ['lucid_a', true],
      ['lucid_sessions-000001', false],
    ]);
    expect(planned.units[1]).toMatchObject({
      staging: 'restoring-lucid-r-1',
      aliases: [{ name: 'lucid_sessions', body: '{"is_write_index":true}' }],
    });
  });

  it('finds an index by the name of its alias, and keeps its staging name whatever else is chosen', () => {
    const planned = plan(manifestOf([index('lucid_a'), sessions]), { indices: ['lucid_sess*s'] });
    expect(planned.units).toMatchObject([{ target: 'lucid_sessions-000001', staging: 'restoring-lucid-r-1' }]);
    expect(planned.hasTemplates).toBe(false);
  });

  it('treats a pattern as text but for its asterisk', () => {
    expect(() => plan(manifestOf([index('lucid_a')]), { indices: ['lucid.a', 'lucid_[a]', 'lucid_a+'] })).toThrow(
      'No index',
    );
  });

  it('accepts an empty backup only where nothing was asked for by name', () => {
    expect(plan(manifestOf([])).units).toEqual([]);
    expect(() =>
      plan(manifestOf([], { missing: [{ name: 'lucid_a', reason: 'it is closed' }] }), { indices: ['lucid_a'] }),
    ).toThrow('lucid_a could not be backed up: it is closed');
  });

  it('refuses names outside of the prefix and those of no index', () => {
    for (const name of [
      'other_a',
      'lucidx',
      '.security',
      'lucid_A',
      'lucid_a*',
      'lucid_a b',
      `lucid_${'x'.repeat(250)}`,
    ]) {
      expect(() => plan(manifestOf([index('lucid_a')]), { renames: { lucid_a: name } })).toThrow(
        expect.objectContaining({ code: 'RESTORE_REFUSED' }),
      );
    }
    expect(() => plan(manifestOf([index('lucid_a')]), {}, targetOf(), { prefix: 'other' })).toThrow('rename lucid_a');
  });

  it('refuses what would overwrite documents elsewhere, but for its own work', () => {
    const renames = { lucid_a: 'lucid_b' };
    const manifest = manifestOf([index('lucid_a')]);
    const conflict = expect.objectContaining({ code: 'RESTORE_CONFLICT' });
    expect(() => plan(manifest, { renames }, targetOf({ lucid_b: 1 }))).toThrow(conflict);
    expect(() => plan(manifest, { renames }, targetOf({ lucid_x: 1 }, { lucid_b: ['lucid_x'] }))).toThrow(conflict);
    expect(plan(manifest, { renames }, targetOf({ lucid_b: 0 })).namespaces).toMatchObject([{ replaces: true }]);
    const journal = { finishedAt: '', targets: { lucid_b: 'u-lucid_b' }, warnings: [] };
    expect(plan(manifest, { renames }, targetOf({ lucid_b: 1 }), { journal }).units).toHaveLength(1);
    const swapping = targetOf({ lucid_b: 1 }, { 'restoring-lucid-r-0.swapping': ['restoring-lucid-r-0'] });
    expect(plan(manifest, { renames }, swapping).units).toHaveLength(1);
    const both = manifestOf([index('lucid_a'), index('lucid_b')]);
    expect(() => plan(both, { renames })).toThrow('Two indices');
  });

  it('gives a renamed index no alias that another index has', () => {
    const renames = { 'lucid_sessions-000001': 'lucid_copy' };
    const live = targetOf({ 'lucid_sessions-000001': 5 }, { lucid_sessions: ['lucid_sessions-000001'] });
    const beside = plan(manifestOf([sessions]), { renames }, live);
    expect(beside.units[0]?.aliases).toEqual([]);
    expect(beside.warnings).toEqual([
      'lucid_copy does not get the alias lucid_sessions, which lucid_sessions-000001 has',
    ]);
    expect(plan(manifestOf([sessions]), { renames }).units[0]?.aliases).toHaveLength(1);
    const renamed = plan(manifestOf([sessions]), { renames: { ...renames, lucid_sessions: 'lucid_old' } }, live);
    expect(renamed.units[0]?.aliases).toMatchObject([{ name: 'lucid_old' }]);
  });

  it('refuses a name that would be an index and an alias', () => {
    const renames = { lucid_a: 'lucid_sessions' };
    expect(() => plan(manifestOf([index('lucid_a'), sessions]), { renames })).toThrow('an index and an alias');
  });

  it('says what stands in the way of an alias', () => {
    const made = targetOf({ lucid_sessions: 3 });
    expect(plan(manifestOf([sessions]), {}, made).warnings).toEqual([
      'lucid_sessions is an index here and an alias in the backup: the index is deleted',
    ]);
    const foreign = manifestOf([index('lucid_a', { aliases: { others: '{}' } })]);
    expect(() => plan(foreign, {}, targetOf({ others: 1 }))).toThrow(
      expect.objectContaining({ code: 'RESTORE_CONFLICT' }),
    );
  });

  it('refuses files of a newer server, but not its documents', () => {
    const newer = { serverVersion: '8.12.0' };
    expect(() => plan(manifestOf([index('lucid_a')], { ...newer, path: 'snapshot' }))).toThrow('8.12.0');
    expect(plan(manifestOf([index('lucid_a')], newer)).units).toHaveLength(1);
    expect(plan(manifestOf([index('lucid_a')], { serverVersion: '8.9.0', path: 'snapshot' })).units).toHaveLength(1);
  });

  it('warns where the cluster has no room for the shards', () => {
    expect(plan(manifestOf([sessions]), {}, targetOf(), { shardRoom: 2 }).warnings).toEqual([
      '3 shards are staged, but the cluster takes 2 more: raise cluster.max_shards_per_node',
    ]);
  });
});
