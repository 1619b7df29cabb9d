import { describeElasticsearchBackup } from './elasticsearch-backup.conformance.ts';
import { ElasticsearchBench } from './elasticsearch.fixture.ts';

describe('Elasticsearch document by document', () => {
  describeElasticsearchBackup('logical');

  describe('and what documents can be', () => {
    let bench: ElasticsearchBench;
    beforeEach(async () => {
      bench = await ElasticsearchBench.open('es_documents', 'logical');
    });
    afterEach(() => bench.close());

    it('reads many small documents, then large ones, a page at a time', async () => {
      const name = bench.name('many');
      await bench.raw('PUT', `/${name}`, '{"settings":{"number_of_replicas":0},"mappings":{"enabled":false}}');
      const small = Array.from({ length: 12_000 }, (_, n) => `{"index":{"_id":"${n}"}}\n{"n":${n}}\n`);
      await bench.raw('POST', `/${name}/_bulk`, small.join(''), 'application/x-ndjson');
      const large = Array.from(
        { length: 60 },
        (_, n) => `{"index":{"_id":"l${n}"}}\n{"pad":"${String(n).repeat(400_000)}"}\n`,
      );
      for (let at = 0; at < large.length; at += 10) {
        await bench.raw('POST', `/${name}/_bulk`, large.slice(at, at + 10).join(''), 'application/x-ndjson');
      }
      const backup = await bench.backup();
      expect(backup.outcome).toMatchObject({ documents: 12_060, isDegraded: false });
      const copy = bench.name('copy');
      expect(await bench.restore(backup, { renames: { [name]: copy } })).toMatchObject({
        namespaces: [{ target: copy, documents: 12_060 }],
        warnings: [],
      });
    });

    it('says what its source leaves out, and that an index without one is not in the backup', async () => {
      const [parts, none, closed] = [bench.name('parts'), bench.name('none'), bench.name('shut')];
      const settings = '"settings":{"number_of_replicas":0}';
      await bench.raw('PUT', `/${parts}`, `{${settings},"mappings":{"_source":{"excludes":["secret"]}}}`);
      await bench.raw('PUT', `/${parts}/_doc/1`, '{"secret":"x","n":1.10,"deep":{"a":[1e3,null]}}');
      await bench.raw('PUT', `/${none}`, `{${settings},"mappings":{"_source":{"enabled":false}}}`);
      await bench.raw('PUT', `/${none}/_doc/1`, '{"n":1}');
      await bench.raw('PUT', `/${closed}`, `{${settings}}`);
      await bench.raw('POST', `/${closed}/_close`);
      const backup = await bench.backup();
      expect(backup.outcome).toMatchObject({ documents: 1, isDegraded: true, namespaces: [parts] });
      expect(backup.outcome.warnings).toEqual([
        `${none} is not in the backup: it keeps no _source that could be read`,
        `${closed} is not in the backup: it is closed`,
        `${parts}: what its _source leaves out (secret) cannot be exported; reindex it after a restore to find by it`,
      ]);
      const image = await bench.image(parts);
      await bench.restore(backup, { indices: [parts] });
      expect(await bench.image(parts)).toEqual(image);
    });

    it('names the documents that the server refuses, and touches nothing', async () => {
      const name = bench.name('strict');
      await bench.raw(
        'PUT',
        `/${name}`,
        '{"settings":{"number_of_replicas":0},"mappings":{"properties":{"n":{"type":"keyword"}}}}',
      );
      await bench.raw('PUT', `/${name}/_doc/good?refresh=true`, '{"n":"1"}');
      await bench.raw('PUT', `/${name}/_doc/bad?refresh=true`, '{"n":"one"}');
      const backup = await bench.backup();
      // As if the field had been another one in the backup.
      const [index] = backup.manifest.indices;
      index!.mappings = '{"properties":{"n":{"type":"long"}}}';
      const changed = { ...backup, outcome: { ...backup.outcome, manifest: backup.manifest as never } };
      const run = bench.runOf();
      await expect(bench.restore(changed, undefined, run)).rejects.toMatchObject({
        code: 'RESTORE_MISMATCH',
        message: `Elasticsearch refused documents of ${name} (document_parsing_exception): bad`,
      });
      expect(await bench.test.client.count({ index: name })).toMatchObject({ count: 2 });
      await bench.restorer.discard(run.restoreId);
      expect(await bench.leftovers()).toEqual([]);
    });

    it('finds documents that came back differently', async () => {
      const name = bench.name('one');
      await bench.raw('PUT', `/${name}/_doc/1?refresh=true`, '{"n":1}');
      const backup = await bench.backup();
      backup.manifest.indices[0]!.digest = '00'.repeat(32);
      const changed = { ...backup, outcome: { ...backup.outcome, manifest: backup.manifest as never } };
      await expect(bench.restore(changed)).rejects.toMatchObject({ code: 'RESTORE_MISMATCH' });
      expect(await bench.test.client.count({ index: name })).toMatchObject({ count: 1 });
    });
  });
});
