import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import { engineVariable } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { describeElasticsearchBackup } from './elasticsearch-backup.conformance.ts';
import { ElasticsearchCapture } from './elasticsearch-capture.ts';
import { ElasticsearchBench } from './elasticsearch.fixture.ts';
import { ElasticsearchRestorer } from './elasticsearch-restorer.ts';
import { SnapshotRepository } from './snapshot-repository.ts';

describe('Elasticsearch by its own snapshots', () => {
  describeElasticsearchBackup('snapshot');

  describe("and the server's repository", () => {
    let bench: ElasticsearchBench;
    beforeEach(async () => {
      bench = await ElasticsearchBench.open('es_repository', 'snapshot');
      await bench.raw('PUT', `/${bench.name('a')}`, '{"settings":{"number_of_replicas":0}}');
      await bench.raw('PUT', `/${bench.name('a')}/_doc/1?refresh=true`, '{"n":1}');
    });
    afterEach(() => bench.close());

    const snapshotsThere = async (): Promise<{ snapshot: string; state: string }[]> => {
      const text = await bench.raw('GET', `/_snapshot/${await bench.repositoryName()}/_all`);
      return (JSON.parse(text) as { snapshots: { snapshot: string; state: string }[] }).snapshots;
    };

    it('keeps the newest snapshot alone', async () => {
      await bench.backup();
      await bench.raw('PUT', `/${bench.name('a')}/_doc/2`, '{"n":2}');
      const { manifest, outcome } = await bench.backup();
      expect((await snapshotsThere()).map(({ snapshot }) => snapshot)).toEqual([manifest.snapshot]);
      expect(outcome.documents).toBe(2);
      expect(manifest.indices).toMatchObject([{ isCountExact: true }]);
      expect(Date.parse(manifest.beganAt)).toBeLessThanOrEqual(Date.parse(manifest.endedAt));
      expect(outcome.consistentAt.toISOString()).toBe(manifest.endedAt);
    });

    it('clears away what a killed capture left', async () => {
      await bench.backup();
      const name = await bench.repositoryName();
      // So slow that it is still running when the next capture comes.
      const settings = { location: name, compress: true, max_snapshot_bytes_per_sec: '100kb' };
      await bench.raw('PUT', `/_snapshot/${name}`, JSON.stringify({ type: 'fs', settings }));
      const pad = randomBytes(1_500_000).toString('base64');
      await bench.raw('PUT', `/${bench.name('a')}/_doc/big?refresh=true`, JSON.stringify({ pad }));
      await bench.raw(
        'PUT',
        `/_snapshot/${name}/killed?wait_for_completion=false`,
        JSON.stringify({ indices: bench.name('a') }),
      );
      await eventually('it runs', async () => (await snapshotsThere()).some(({ state }) => state === 'IN_PROGRESS'));
      const { manifest } = await bench.backup();
      expect((await snapshotsThere()).map(({ snapshot }) => snapshot)).toEqual([manifest.snapshot]);
    });

    it('brings a closed index back closed', async () => {
      const name = bench.name('a');
      await bench.raw('POST', `/${name}/_close`);
      const backup = await bench.backup();
      expect(backup.outcome.isDegraded).toBe(false);
      await bench.raw('DELETE', `/${name}`);
      await bench.restore(backup);
      const [state] = (await bench.test.client.cat.indices({
        index: name,
        format: 'json',
        h: 'status',
        expand_wildcards: 'all',
      })) as { status: string }[];
      expect(state?.status).toBe('close');
      await bench.raw('POST', `/${name}/_open`);
      await eventually('it is found', async () => (await bench.test.client.count({ index: name })).count === 1);
    });

    it('begins again where somebody deletes the snapshot under it', async () => {
      const deleteAll = async (): Promise<void> => {
        for (const { snapshot } of await snapshotsThere()) {
          await bench.raw('DELETE', `/_snapshot/${await bench.repositoryName()}/${snapshot}`);
        }
      };
      // Once, although files are copied side by side: whoever comes second would find nothing to delete.
      let deleting: Promise<void> | undefined;
      const around = (sink: SnapshotWriter): SnapshotWriter => ({
        ...{ id: sink.id, commit: (meta) => sink.commit(meta), abort: () => sink.abort() },
        openStream(name, options) {
          const stream = sink.openStream(name, options);
          return {
            write: async (buffer) => {
              await (deleting ??= deleteAll());
              await stream.write(buffer);
            },
            end: (meta) => stream.end(meta),
          };
        },
      });
      await expect(bench.backup({}, around)).rejects.toMatchObject({ code: 'CAPTURE_RESTARTED' });
    });

    it('reads documents where the folder is not the one the server writes to, and says so', async () => {
      const elsewhere = await mkdtemp(join(tmpdir(), 'lucid-es-elsewhere-'));
      const client = createElasticsearchClient({ uri: engineVariable('ELASTICSEARCH_URI'), appName: 'spec' });
      const capture = new ElasticsearchCapture({ client, prefix: bench.prefix, snapshotPath: elsewhere });
      const writer = await bench.repository.beginSnapshot({
        id: 'elsewhere',
        fencingToken: 1,
        assertHeld: () => Promise.resolve(),
      });
      try {
        const outcome = await capture.capture({}, writer, bench.captureContext());
        expect(outcome).toMatchObject({ documents: 1, isDegraded: false, manifest: { path: 'logical' } });
        expect(outcome.warnings).toEqual([
          'Its documents were read one by one: ELASTICSEARCH_SNAPSHOT_PATH is not the folder that Elasticsearch writes to',
        ]);
        // A restore of server files needs the shared folder, and says so before it touches anything.
        const backup = await bench.backup();
        const restorer = new ElasticsearchRestorer({ client, prefix: bench.prefix });
        const planned = restorer.plan(bench.inputOf(backup), { backupId: 'x' }, bench.runOf());
        await expect(planned).rejects.toMatchObject({ code: 'ENGINE_UNSUITABLE' });
      } finally {
        await writer.abort();
        await client.close();
        await rm(elsewhere, { recursive: true, force: true });
      }
    });

    it('leaves no folder and no repository of a restore', async () => {
      const backup = await bench.backup();
      await bench.restore(backup, { renames: { [bench.name('a')]: bench.name('b') } });
      const folders = await readdir(bench.snapshotPath!);
      expect(folders.filter((name) => name.startsWith(`restoring-${bench.prefix}`))).toEqual([]);
      expect(folders).toContain(await bench.repositoryName());
      const other = new SnapshotRepository(bench.test.client, bench.snapshotPath!, `restoring-${bench.prefix}-none`);
      await other.forget(); // none there is fine
    });
  });
});
