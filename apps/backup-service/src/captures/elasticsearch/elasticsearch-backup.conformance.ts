import { randomBytes } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { eventually } from '@lucid/testing/eventually';
import { type Backup, ElasticsearchBench, exactly } from './elasticsearch.fixture.ts';

const BIG = '9007199254740993';
const VERSION = 7459873459873459871n;
const SESSIONS = 400;

/** What both ways of backing Elasticsearch up keep; the spec of each calls it. */
export function describeElasticsearchBackup(path: 'snapshot' | 'logical'): void {
  let bench: ElasticsearchBench;

  beforeEach(async () => {
    bench = await ElasticsearchBench.open(`es_${path}`, path);
  });
  afterEach(() => bench.close());

  /** An index behind an alias with everything that is easily lost, and one without an alias. */
  async function fill(): Promise<void> {
    await bench.raw(
      'PUT',
      `/${bench.name('sessions-000001')}`,
      `{"settings":{"number_of_shards":3,"number_of_replicas":1,"refresh_interval":"7s","index.gc_deletes":"1h","index.max_result_window":20000,
        "analysis":{"analyzer":{"folded":{"type":"standard","stopwords":["the"]}}}},
        "mappings":{"dynamic":"strict","_meta":{"model":"sessions"},"properties":{
          "height":{"type":"long","null_value":${BIG}},"ratio":{"type":"double"},"at":{"type":"date","format":"epoch_millis||strict_date_time"},
          "title":{"type":"text","analyzer":"folded","fields":{"raw":{"type":"keyword"}}},
          "parts":{"type":"nested","properties":{"from":{"type":"keyword"},"to":{"type":"keyword"}}}}},
        "aliases":{"${bench.name('sessions')}":{"is_write_index":true},
          "${bench.name('tall')}":{"filter":{"term":{"height":${BIG}}},"index_routing":"a","search_routing":"a,b"}}}`,
    );
    const lines = Array.from({ length: SESSIONS }, (_, n) => {
      const routing = n % 3 === 0 ? `,"routing":"r${n % 5}"` : '';
      const action = `{"index":{"_id":"s${n}","version":${VERSION + BigInt(n)},"version_type":"external_gte"${routing}}}`;
      const height = n % 2 === 0 ? BIG : `-${n}`;
      return `${action}\n{"height":${height},"ratio":${n}.10,"at":"2026-01-02T03:04:05.${String(n).padStart(3, '0')}Z","title":"Séance № ${n}","parts":[{"from":"a${n}","to":"b"},{"from":"c","to":"d"}]}\n`;
    });
    await bench.raw('POST', `/${bench.name('sessions-000001')}/_bulk`, lines.join(''), 'application/x-ndjson');
    await bench.raw('PUT', `/${bench.name('plain')}`, '{"settings":{"number_of_shards":1,"number_of_replicas":0}}');
    const odd = encodeURIComponent('a "quoted"\\ /id, ünï😀');
    await bench.raw(
      'PUT',
      `/${bench.name('plain')}/_doc/${odd}`,
      '{\n  "free" : { "n" : 9223372036854775807, "d": 1e-7 },\n\t"s": "line\\nbreak \\u00e9 {[\\"]}"\n}',
    );
    await bench.raw(
      'PUT',
      `/${bench.name('plain')}/_doc/large`,
      JSON.stringify({ pad: randomBytes(1_500_000).toString('hex') }),
    );
    await bench.raw('PUT', `/${bench.name('plain')}/_doc/none`, '{}');
    await bench.raw(
      'PUT',
      `/${bench.name('empty')}`,
      '{"settings":{"number_of_replicas":0},"mappings":{"properties":{"x":{"type":"ip"}}}}',
    );
    await bench.raw('PUT', `/${bench.name('hidden')}`, '{"settings":{"index.hidden":true,"number_of_replicas":0}}');
    await bench.raw('POST', `/${bench.name('*')}/_refresh`);
  }

  const shorts = ['sessions-000001', 'plain', 'empty'];
  const images = (names: readonly string[]) => Promise.all(names.map((name) => bench.image(name)));

  it('brings renamed indices back beside the originals, to the last digit', async () => {
    await fill();
    const names = shorts.map((short) => bench.name(short));
    const originals = await images(names);
    const backup = await bench.backup();
    expect(backup.manifest.path).toBe(path);
    expect(backup.outcome).toMatchObject({ documents: SESSIONS + 3, warnings: [], isDegraded: false });
    expect(backup.outcome.namespaces).toEqual([...names].sort());
    const renames = Object.fromEntries(names.map((name) => [name, `${name}-restored`]));
    const restored = await bench.restore(backup, {
      renames: { ...renames, [bench.name('tall')]: bench.name('tall_restored') },
    });
    expect(restored.namespaces.map(({ documents }) => documents).sort()).toEqual([0, 3, SESSIONS]);
    expect(restored.warnings).toEqual([]);
    const copies = await images(names.map((name) => `${name}-restored`));
    expect(copies).toEqual(originals);
    expect(await images(names)).toEqual(originals);
    expect(JSON.stringify(copies)).toContain(BIG);
    expect(JSON.stringify(copies)).toContain('"399.10"');
    // Beside the live index, an alias of the same name would find everything twice; under a new name it comes along, with its filter.
    const aliases = JSON.stringify(await bench.aliases(bench.name('sessions-000001-restored')));
    expect(aliases).toContain(bench.name('tall_restored'));
    expect(aliases).not.toContain(`"${bench.name('sessions')}"`);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('shows what it would do, and changes nothing', async () => {
    await fill();
    const backup = await bench.backup();
    const input = bench.inputOf(backup);
    const elasticsearch = { indices: [bench.name('sess*')] };
    const plan = await bench.restorer.plan(input, { backupId: input.backupId, elasticsearch }, bench.runOf());
    const [name] = [bench.name('sessions-000001')];
    expect(plan.namespaces).toMatchObject([{ source: name, target: name, documents: SESSIONS, replaces: true }]);
    expect(plan.bytes).toBeGreaterThan(10_000);
    expect(plan.resources).toEqual(['elasticsearch:indices']);
    expect(await bench.leftovers()).toEqual([]);
    const refused = [
      { elasticsearch: { indices: ['nothing*'] }, code: 'BACKUP_SCOPE_EMPTY' },
      { elasticsearch: { renames: { nothing: bench.name('x') } }, code: 'RESTORE_REFUSED' },
      { elasticsearch: { indices: [name!], renames: { [name!]: 'other_x' } }, code: 'RESTORE_REFUSED' },
      { elasticsearch: { indices: [name!], renames: { [name!]: `${bench.name('')}A*` } }, code: 'RESTORE_REFUSED' },
      { elasticsearch: { indices: [name!], renames: { [name!]: bench.name('plain') } }, code: 'RESTORE_CONFLICT' },
      { elasticsearch: { renames: { [name!]: bench.name('empty') } }, code: 'RESTORE_CONFLICT' },
    ];
    for (const { code, elasticsearch: selection } of refused) {
      const asked = { backupId: input.backupId, elasticsearch: selection };
      await expect(bench.restorer.plan(input, asked, bench.runOf())).rejects.toMatchObject({ code });
    }
  });

  it('replaces what is there, while searches by the alias never miss', async () => {
    await fill();
    const names = shorts.map((short) => bench.name(short));
    const originals = await images(names);
    const aliases = await bench.aliases(names[0]!);
    const backup = await bench.backup();
    await bench.raw('DELETE', `/${names[0]}/_doc/s1`);
    await bench.raw('PUT', `/${names[1]}/_doc/later`, '{"later":1}');
    await bench.raw(
      'POST',
      '/_aliases',
      JSON.stringify({ actions: [{ remove: { index: names[0], alias: bench.name('tall') } }] }),
    );
    await bench.raw('POST', `/${bench.name('*')}/_refresh`);
    const seen = new Set<number>();
    let isOver = false;
    // Many at a time, so that some are always on their way; a search that fails is a miss.
    const missed: unknown[] = [];
    const search = async (): Promise<void> => {
      // The last one begins when the restore is over.
      for (let isLast = false; !isLast;) {
        isLast = isOver;
        try {
          seen.add((await bench.test.client.count({ index: bench.name('sessions') })).count);
        } catch (error) {
          missed.push((error as Error).message);
        }
      }
    };
    const searches = Array.from({ length: 12 }, search);
    await eventually('a search before the restore', () => seen.size > 0);
    await bench.restore(backup, undefined, bench.runOf({ clock: systemClock })).finally(() => (isOver = true));
    await Promise.all(searches);
    expect(missed).toEqual([]);
    expect([...seen].sort()).toEqual([SESSIONS - 1, SESSIONS]);
    expect(await images(names)).toEqual(originals);
    expect(await bench.aliases(names[0]!)).toEqual(aliases);
    expect(await bench.leftovers()).toEqual([]);
    await bench.raw('PUT', `/${bench.name('sessions')}/_doc/new`, '{"height":1}'); // by the write alias, unblocked
  });

  it('moves an alias back from the index of a later reindexing, which stays', async () => {
    await fill();
    const backup = await bench.backup();
    const [old, next, alias] = [bench.name('sessions-000001'), bench.name('sessions-000002'), bench.name('sessions')];
    await bench.raw('PUT', `/${next}`, '{"settings":{"number_of_replicas":0}}');
    const actions = [{ remove_index: { index: old } }, { add: { index: next, alias, is_write_index: true } }];
    await bench.raw('POST', '/_aliases', JSON.stringify({ actions }));
    const run = bench.runOf();
    const input = bench.inputOf(backup);
    const plan = await bench.restorer.plan(input, { backupId: input.backupId }, run);
    expect(plan.warnings).toEqual([
      `the alias ${alias} moves away from ${next}, which is not in the backup and stays without it`,
    ]);
    await bench.restorer.restore(input, plan, run);
    expect(await bench.aliases(next)).toEqual({});
    expect(await bench.test.client.count({ index: alias })).toMatchObject({ count: SESSIONS });
  });

  it('brings everything back where nothing is left, templates too', async () => {
    await fill();
    const [index, part, old] = [bench.name('template'), bench.name('part'), bench.name('old')];
    await bench.raw(
      'PUT',
      `/_component_template/${part}`,
      `{"template":{"mappings":{"properties":{"n":{"type":"long","null_value":${BIG}}}}}}`,
    );
    await bench.raw(
      'PUT',
      `/_index_template/${index}`,
      `{"index_patterns":["${bench.name('logs-*')}"],"composed_of":["${part}"],"priority":300}`,
    );
    await bench.raw(
      'PUT',
      `/_template/${old}`,
      `{"index_patterns":["${bench.name('old-*')}"],"order":2,"settings":{"index.number_of_shards":2}}`,
    );
    const paths = [`/_component_template/${part}`, `/_index_template/${index}`, `/_template/${old}`];
    const templates = await Promise.all(paths.map(async (one) => exactly(await bench.raw('GET', one))));
    const names = shorts.map((short) => bench.name(short));
    const originals = await images(names);
    const backup = await bench.backup();
    for (const one of [paths[1]!, paths[0]!, paths[2]!]) await bench.raw('DELETE', one);
    for (const name of names) await bench.raw('DELETE', `/${name}`);
    try {
      expect((await bench.restore(backup)).warnings).toEqual([]);
      expect(await images(names)).toEqual(originals);
      expect(await Promise.all(paths.map(async (one) => exactly(await bench.raw('GET', one))))).toEqual(templates);
      // And a backup of what was restored is one again.
      const again = await bench.backup();
      expect(again.outcome).toMatchObject({ documents: SESSIONS + 3, isDegraded: false });
      await bench.restore(again);
      expect(await images(names)).toEqual(originals);
    } finally {
      for (const one of [paths[1]!, paths[0]!, paths[2]!]) await bench.raw('DELETE', one).catch(() => undefined);
    }
  });

  it('is degraded where an index has no shard that can be read', async () => {
    await fill();
    const nowhere = bench.name('nowhere');
    await bench.raw(
      'PUT',
      `/${nowhere}?timeout=1s&wait_for_active_shards=0`,
      '{"settings":{"number_of_replicas":0,"index.routing.allocation.require._name":"nowhere"}}',
    );
    const { outcome, manifest } = await bench.backup();
    expect(outcome.isDegraded).toBe(true);
    expect(manifest.missing).toMatchObject([{ name: nowhere }]);
    expect(outcome.warnings.join()).toMatch(new RegExp(`${nowhere}.*shard 0 is not in the backup`));
    expect(outcome.documents).toBe(SESSIONS + 3);
    expect(outcome.namespaces).not.toContain(nowhere);
  });

  it('is degraded where one shard has no copy; the part replaces a live index only where that is named', async () => {
    const name = bench.name('halves');
    // One shard a node: on the one node there is, the other shard finds no place.
    const settings = {
      number_of_shards: 2,
      number_of_replicas: 0,
      'index.routing.allocation.total_shards_per_node': 1,
    };
    // Else the first document would have to change the mapping within the time that is left for the missing shard.
    const mappings = { properties: { n: { type: 'long' } } };
    await bench.raw('PUT', `/${name}?wait_for_active_shards=0`, JSON.stringify({ settings, mappings }));
    const all = Array.from({ length: 100 }, (_, n) => `{"index":{"_id":"${n}"}}\n{"n":${n}}\n`).join('');
    const shards = await eventually('one shard is there', async () => {
      const listed = (await bench.test.client.cat.shards({ index: name, format: 'json' })) as {
        shard: string;
        state: string;
      }[];
      return listed.some(({ state }) => state === 'STARTED') && listed;
    });
    const missing = Number(shards.find(({ state }) => state === 'UNASSIGNED')!.shard);
    const taken = await bench.raw('POST', `/${name}/_bulk?refresh=false&timeout=100ms`, all, 'application/x-ndjson');
    const left = (taken.match(/"result":"created"/g) ?? []).length;
    expect(left).toBeGreaterThan(10);
    expect(left).toBeLessThan(90);
    const backup = await bench.backup();
    expect(backup.outcome.isDegraded).toBe(true);
    expect(backup.outcome.warnings.join()).toContain(`${name}: shard ${missing} is not in the backup`);
    expect(backup.manifest.indices).toMatchObject([{ name, failedShards: [missing] }]);
    await bench.raw('PUT', `/${name}/_settings`, '{"index.routing.allocation.total_shards_per_node":null}');
    const count = async () => (await bench.test.client.count({ index: name })).count;
    await bench.raw('POST', `/${name}/_bulk?refresh=true`, all, 'application/x-ndjson');
    expect(await count()).toBe(100);
    expect((await bench.restore(backup)).namespaces).toEqual([]);
    expect(await count()).toBe(100);
    expect((await bench.restore(backup, { indices: [name] })).namespaces).toEqual([{ target: name, documents: left }]);
    await bench.raw('DELETE', `/${name}`);
    await bench.restore(backup);
    expect(await count()).toBe(left);
  });

  it('leaves nothing when it is cancelled, and the next one is whole', async () => {
    await fill();
    const cancelled = new AppError('JOB_CANCELLED', 'cancelled by the spec');
    const abort = new AbortController();
    const isAborted = bench.backup({ signal: abort.signal, onProgress: () => abort.abort(cancelled) });
    await expect(isAborted).rejects.toBe(cancelled);
    // The server may still be about a search whose caller is gone; one that is left open stays so for minutes.
    await eventually('the end of every search', async () => {
      const path = `/${bench.name('*')}/_stats/search?filter_path=_all.total.search.open_contexts`;
      const open = JSON.parse(await bench.raw('GET', path)) as {
        _all: { total: { search: { open_contexts: number } } };
      };
      return open._all.total.search.open_contexts === 0;
    });
    expect((await bench.backup()).outcome).toMatchObject({ documents: SESSIONS + 3, isDegraded: false });
  });

  it('costs little the second time', async () => {
    await fill();
    const first = await bench.backup();
    const second = await bench.backup();
    expect(second.summary.storedBytes).toBeLessThan(first.summary.storedBytes / 5);
  });

  it('goes on after it died at any moment of the swap', async () => {
    await fill();
    const names = shorts.map((short) => bench.name(short));
    const originals = await images(names);
    const backup = await bench.backup();
    for (const name of names) await bench.raw('PUT', `/${name}/_doc/other?refresh=true`, '{}');
    const died = new Error('the worker died');
    const { restoreId } = bench.runOf();
    let deaths = 0;
    for (let survivesUntil = 1; ; survivesUntil += 1) {
      let calls = 0;
      const assertHeld = (): Promise<void> => (++calls > survivesUntil ? Promise.reject(died) : Promise.resolve());
      try {
        await bench.restore(backup, undefined, bench.runOf({ restoreId, assertHeld }));
        break;
      } catch (error) {
        expect(error).toBe(died);
        deaths += 1;
      }
    }
    expect(deaths).toBeGreaterThan(1);
    expect(await images(names)).toEqual(originals);
    expect(await bench.leftovers()).toEqual([]);
    // Once more after its end: what was written since stays.
    await bench.raw('PUT', `/${names[2]}/_doc/since?refresh=true`, '{}');
    await bench.restore(backup, undefined, bench.runOf({ restoreId }));
    expect(await bench.test.client.count({ index: names[2]! })).toMatchObject({ count: 1 });
  });

  it('goes on after it was cancelled while it staged, or is discarded without a trace', async () => {
    await fill();
    const names = shorts.map((short) => bench.name(short));
    const originals = await images(names);
    const backup = await bench.backup();
    const cancelled = new AppError('JOB_CANCELLED', 'cancelled by the spec');
    const abort = new AbortController();
    const stopped = bench.runOf({ signal: abort.signal, progress: () => abort.abort(cancelled) });
    await expect(bench.restore(backup, undefined, stopped)).rejects.toBe(cancelled);
    expect(await images(names)).toEqual(originals);
    expect(await bench.restorer.discard(stopped.restoreId)).toBe(true);
    expect(await bench.restorer.discard(stopped.restoreId)).toBe(true);
    expect(await bench.leftovers()).toEqual([]);
    await bench.restore(backup, undefined, bench.runOf({ restoreId: stopped.restoreId }));
    expect(await images(names)).toEqual(originals);
  });

  it('touches nothing where the backup is damaged', async () => {
    await fill();
    const names = shorts.map((short) => bench.name(short));
    const backup = await bench.backup();
    for (const name of names) await bench.raw('PUT', `/${name}/_doc/other?refresh=true`, '{}');
    const changed = await images(names);
    const corrupt = new AppError('CHUNK_CORRUPT', 'a chunk is damaged');
    const streams = backup.reader.manifest.streams.filter(({ plainBytes }) => plainBytes > 0);
    const last = streams.at(-1)?.name;
    const damaged: Backup = {
      ...backup,
      reader: {
        ...{ manifest: backup.reader.manifest, commit: backup.reader.commit },
        stream: (name) => backup.reader.stream(name),
        async *read(name, options) {
          if (name === last) throw corrupt;
          yield* backup.reader.read(name, options);
        },
      },
    };
    const run = bench.runOf();
    await expect(bench.restore(damaged, undefined, run)).rejects.toBe(corrupt);
    expect(await images(names)).toEqual(changed);
    await bench.restorer.discard(run.restoreId);
    expect(await bench.leftovers()).toEqual([]);
  });
}
