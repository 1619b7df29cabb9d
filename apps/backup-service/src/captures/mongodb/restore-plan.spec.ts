import { draftRestore, planRestore, type RestoreRequest } from './restore-plan.ts';
import type { RestoreSource } from './restore-source.ts';
import type { TargetCollection, TargetState } from './restore-target.ts';

const RULES = { controlDatabase: 'lucid_control', mainDatabase: 'lucid' };
const ID_INDEX = { v: 2, key: { _id: 1 }, name: '_id_' };

function sourceOf(...namespaces: string[]): RestoreSource {
  return {
    featureCompatibilityVersion: '6.0',
    wholeDatabases: ['lucid', 'other'],
    catalogueAt: 'end',
    collections: namespaces.map((namespace) => ({
      namespace,
      type: namespace.endsWith('ticks') ? 'timeseries' : 'collection',
      uuid: namespace,
      options: {},
      indexes: [ID_INDEX, { v: 2, key: { a: 1 }, name: 'a_1' }],
      stream: namespace,
      documents: 10,
      bytes: 100,
    })),
    views: [],
    oplogStreams: [],
    users: [],
    roles: [],
    read: () => {
      throw new Error('a plan reads nothing');
    },
  };
}

function targetOf(filled: string[] = [], empty: string[] = [], version = '6.0'): TargetState {
  const entry =
    (hasDocuments: boolean) =>
    (name: string): [string, TargetCollection] => [
      name,
      { type: 'collection', uuid: `uuid of ${name}`, options: {}, hasDocuments },
    ];
  const collections = new Map([...filled.map(entry(true)), ...empty.map(entry(false))]);
  return { serverVersion: `${version}.1`, featureCompatibilityVersion: version, collections };
}

function plan(source: RestoreSource, request: RestoreRequest, target = targetOf()) {
  return planRestore(source, request, target, RULES);
}

function mapped(source: RestoreSource, request: RestoreRequest, target = targetOf()): string[] {
  return plan(source, request, target).namespaces.map((one) => `${one.source}>${one.target}`);
}

const refusedWith = (code: string) => expect.objectContaining({ code });

describe('where namespaces go', () => {
  it('back where they came from, with figures, replacing what is there', () => {
    const planned = plan(sourceOf('lucid.a', 'other.b'), {}, targetOf(['lucid.a', 'lucid.new']));
    expect(planned).toMatchObject({ documents: 20, bytes: 200, indexBuilds: 2, isInPlace: true, usersAndRoles: true });
    expect(planned.namespaces.map(({ replaces }) => replaces)).toEqual([true, false]);
    expect(planned.extra).toEqual([{ namespace: 'lucid.new', action: 'keep' }]);
    const dropping = plan(sourceOf('lucid.a'), { dropExtra: true }, targetOf(['lucid.new', 'lucid.audit_logs']));
    expect(dropping.extra).toEqual([{ namespace: 'lucid.new', action: 'drop' }]);
  });

  it('into one database, chosen by pattern, renamed', () => {
    const source = sourceOf('lucid.a', 'lucid.abc', 'lucid.b', 'other.a');
    expect(mapped(source, { targetDatabase: 'beside', namespaces: ['lucid.a*'] })).toEqual([
      'lucid.a>beside.a',
      'lucid.abc>beside.abc',
    ]);
    expect(mapped(source, { namespaces: ['lucid.b'], renames: { 'lucid.b': 'x.y.z' } })).toEqual(['lucid.b>x.y.z']);
  });

  it('by renames alone only what they name, without users and roles', () => {
    const source = sourceOf('lucid.a', 'lucid.b', 'other.b');
    expect(mapped(source, { renames: { 'lucid.a': 'lucid.old' } })).toEqual(['lucid.a>lucid.old']);
    const named = { renames: { 'lucid.a': 'lucid.a' } };
    expect(mapped(source, named)).toEqual(['lucid.a>lucid.a']);
    expect(plan(source, named).usersAndRoles).toBe(false);
    const both = { targetDatabase: 'beside', renames: { 'lucid.a': 'beside.old' } };
    expect(mapped(sourceOf('lucid.a', 'lucid.b'), both)).toEqual(['lucid.a>beside.old', 'lucid.b>beside.b']);
  });

  it('of those that only the oplog knows, by the same rules', () => {
    const planned = plan(sourceOf('lucid.a'), { targetDatabase: 'beside' });
    expect(planned.targetOf('lucid.made')).toBe('beside.made');
    expect(planned.targetOf('stranger.made')).toBeUndefined();
    expect(planned.targetOf('admin.system.users')).toBeUndefined();
    expect(planned.targetOf('lucid.__restore_x_1')).toBeUndefined();
    expect(planned.isRelevant('lucid_control')).toBe(false);
  });

  it('says which cannot be renamed into place', () => {
    const planned = plan(sourceOf('lucid.a', 'lucid.ticks'), {});
    expect(planned.namespaces.map(({ isDirect }) => isDirect)).toEqual([false, true]);
  });
});

describe('what an in-place restore keeps', () => {
  const source = sourceOf('lucid.a', 'lucid.backups', 'lucid.audit_logs', 'lucid.alerts', 'other.alerts');

  it('is the suite’s own records, unless they are named', () => {
    expect(mapped(source, {})).toEqual(['lucid.a>lucid.a', 'other.alerts>other.alerts']);
    expect(plan(source, {}).kept.map(({ namespace }) => namespace)).toEqual([
      'lucid.backups',
      'lucid.audit_logs',
      'lucid.alerts',
    ]);
    expect(mapped(source, { namespaces: ['lucid.*', 'lucid.alerts'] })).toEqual([
      'lucid.a>lucid.a',
      'lucid.alerts>lucid.alerts',
    ]);
    expect(mapped(source, { namespaces: ['lucid.*'], targetDatabase: 'beside' })).toHaveLength(4);
  });

  it.each(['admin', 'local', 'config', 'lucid_control'])('is %s in any case', (database) => {
    const source = sourceOf('lucid.a', `${database}.jobs`);
    expect(mapped(source, {})).toEqual(['lucid.a>lucid.a']);
    expect(() => plan(source, { namespaces: [`${database}.jobs`] })).toThrow(refusedWith('RESTORE_REFUSED'));
    expect(() => plan(source, { targetDatabase: database })).toThrow(refusedWith('RESTORE_REFUSED'));
    expect(() => plan(source, { renames: { 'lucid.a': `${database}.a` } })).toThrow(refusedWith('RESTORE_REFUSED'));
  });
});

describe('refusals', () => {
  it.each<[string, RestoreRequest, TargetState, string]>([
    ['a filled target', { targetDatabase: 'x' }, targetOf(['x.a']), 'RESTORE_CONFLICT'],
    ['two into one', { namespaces: ['lucid.*'], renames: { 'lucid.a': 'lucid.b' } }, targetOf(), 'RESTORE_CONFLICT'],
    ['nothing that matches', { namespaces: ['lucid.zzz'] }, targetOf(), 'BACKUP_SCOPE_EMPTY'],
    ['a rename of nothing', { renames: { 'lucid.zzz': 'x.y' } }, targetOf(), 'RESTORE_REFUSED'],
    ['a name of the server', { renames: { 'lucid.a': 'x.system.views' } }, targetOf(), 'RESTORE_REFUSED'],
    ['a bad name', { renames: { 'lucid.a': 'nodot' } }, targetOf(), 'RESTORE_REFUSED'],
    ['an older server', {}, targetOf([], [], '5.0'), 'RESTORE_REFUSED'],
  ])('%s', (_what, request, target, code) => {
    expect(() => plan(sourceOf('lucid.a', 'lucid.b'), request, target)).toThrow(refusedWith(code));
  });

  it('of two databases into one', () => {
    expect(() => plan(sourceOf('lucid.a', 'other.b'), { targetDatabase: 'x' })).toThrow(refusedWith('RESTORE_REFUSED'));
  });

  it('of the database it came from as a target beside it', () => {
    const own = { targetDatabase: 'lucid' };
    expect(() => plan(sourceOf('lucid.a'), own)).toThrow(refusedWith('RESTORE_REFUSED'));
  });

  it('not of an empty target, nor of an earlier run of the same restore', () => {
    expect(mapped(sourceOf('lucid.a'), { targetDatabase: 'x' }, targetOf([], ['x.a']))).toEqual(['lucid.a>x.a']);
    const own = { uuids: new Set(['uuid of x.a']), claims: new Map(), isSwapping: false };
    const again = planRestore(sourceOf('lucid.a'), { targetDatabase: 'x' }, targetOf(['x.a']), { ...RULES, own });
    expect(again.namespaces).toHaveLength(1);
  });

  it('all of them in a draft, and none thrown', () => {
    const request = { targetDatabase: 'x' };
    const target = targetOf(['x.a', 'x.b'], ['x.c'], '5.0');
    const drafted = draftRestore(sourceOf('lucid.a', 'lucid.b', 'lucid.c'), request, target, RULES);
    expect(drafted.conflicts.map(({ namespace }) => namespace)).toEqual(['*', 'x.a', 'x.b']);
    expect(drafted.versions).toEqual({ backup: '6.0', target: '5.0', compatible: false });
  });

  it('but warns where a time-series collection is replaced, which has no staging name', () => {
    const source = sourceOf('lucid.a', 'lucid.ticks');
    expect(plan(source, {}, targetOf(['lucid.a', 'lucid.ticks'])).warnings.join()).toContain('lucid.ticks');
    expect(plan(source, {}, targetOf(['lucid.a'])).warnings).toEqual([]);
  });

  it('but warns of a newer server', () => {
    expect(plan(sourceOf('lucid.a'), {}, targetOf([], [], '7.0')).warnings).toHaveLength(1);
  });
});
