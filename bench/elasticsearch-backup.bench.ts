// Backup and restore of an index through the archive (zstd, AES-256-GCM), by Elasticsearch's own snapshots and document by document,
// against what its client offers: a point in time read as objects and gzipped, and helpers.bulk. Options: --documents N (200000), --runs N (3).
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { parseMasterKey } from '@lucid/archive/master-key';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { SeededText } from '@lucid/testing/seeded-text';
import { ElasticsearchCapture } from '../apps/backup-service/src/captures/elasticsearch/elasticsearch-capture.ts';
import { ElasticsearchRestorer } from '../apps/backup-service/src/captures/elasticsearch/elasticsearch-restorer.ts';
import { startEngines } from '../scripts/engines/engines.ts';
import { interleave, numberOption, type Pair, report, round, toResult } from './measure.ts';

const PAGE = 1_000;
const masterKey = parseMasterKey(randomBytes(32).toString('base64'));
const signal = new AbortController().signal;
const context = { signal, clock: systemClock, logger: createLogger('bench', 'silent') };

type Path = 'snapshot' | 'logical';
/** A line of the peer's export. */
interface Exported {
  readonly _id: string;
  readonly _source: object;
}

interface Bench {
  readonly client: Client;
  readonly prefix: string;
  readonly folder: string;
  readonly snapshotPath: string;
  readonly megabytes: number;
  /** What the peer wrote, by page. */
  pages: Buffer[];
}

function say(line: string): void {
  console.error(`bench: ${line}`);
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

/** Documents of about 1.1 kB that look like sessions; returns their bytes. */
async function fill(client: Client, index: string, documents: number): Promise<number> {
  await client.indices.create({
    index,
    settings: { number_of_shards: 3, number_of_replicas: 0, refresh_interval: '-1' },
  });
  const text = new SeededText('elasticsearch');
  const hex = (size: number): string => {
    const from = text.next(size);
    return text.hex.toString('latin1', from, from + size);
  };
  let bytes = 0;
  for (let from = 0; from < documents; from += PAGE) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(documents, from + PAGE); n += 1) {
      const chunks = Array.from({ length: 8 }, (_, at) => ({ chunk_id: hex(16), hash: hex(64), size: n * at }));
      const source = JSON.stringify({ session_id: hex(24), user_id: hex(24), status: 'active', created_at: n, chunks });
      bytes += source.length;
      lines.push(`{"index":{"_id":"${hex(24)}${n}"}}`, source);
    }
    await client.bulk({ index, operations: lines as never });
  }
  await client.indices.refresh({ index });
  return bytes;
}

/** One backup into a new archive and its restore beside the original. @returns the seconds of each */
async function ours(bench: Bench, path: Path): Promise<{ backup: number; restore: number }> {
  const { client, prefix, megabytes } = bench;
  const folder = await mkdtemp(join(bench.folder, 'repository-'));
  const store = await FileObjectStore.open(folder);
  const made = { clusterId: 'bench', masterKey, encryption: 'aes-256-gcm', compression: 'zstd' } as const;
  const repository = await Repository.create(store, made);
  const options = { client, prefix, ...(path === 'snapshot' && { snapshotPath: bench.snapshotPath }) };
  try {
    const writer = await repository.beginSnapshot({ id: 'one', fencingToken: 1, assertHeld: () => Promise.resolve() });
    let manifest;
    const backup = await seconds(async () => {
      const outcome = await new ElasticsearchCapture(options).capture({}, writer, {
        ...context,
        onProgress: () => undefined,
      });
      ({ manifest } = outcome);
      await writer.commit({ manifest });
    });
    if (!manifest || (manifest as { path: string }).path !== path)
      throw new Error(`the backup was not taken by ${path}`);
    await forgetSnapshots(bench); // each run takes a first one, not what changed since the last
    const restorer = new ElasticsearchRestorer(options);
    const run = {
      ...context,
      restoreId: randomBytes(4).toString('hex'),
      assertHeld: () => Promise.resolve(),
      progress: () => undefined,
    };
    const input = { backupId: 'one', reader: await repository.readSnapshot('one'), manifest, isWhole: true };
    const renames = { [`${prefix}_sessions`]: `${prefix}_restored` };
    const restore = await seconds(async () => {
      const plan = await restorer.plan(input, { backupId: 'one', elasticsearch: { renames } }, run);
      await restorer.restore(input, plan, run);
    });
    await client.indices.delete({ index: `${prefix}_restored` });
    return { backup: megabytes / backup, restore: megabytes / restore };
  } finally {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function forgetSnapshots({ client, prefix, snapshotPath }: Bench): Promise<void> {
  const repositories = Object.keys(await client.snapshot.getRepository()).filter((name) =>
    name.startsWith(`${prefix}-backup-`),
  );
  for (const name of repositories) {
    await client.snapshot.delete({ repository: name, snapshot: '*' });
    await client.snapshot.deleteRepository({ name });
    await rm(join(snapshotPath, name), { recursive: true, force: true });
  }
}

async function peerBackup(bench: Bench): Promise<number> {
  const { client, prefix, megabytes } = bench;
  bench.pages = [];
  const took = await seconds(async () => {
    const { id } = await client.openPointInTime({ index: `${prefix}_sessions`, keep_alive: '1m' });
    let after: unknown;
    for (;;) {
      const answer = await client.search({
        ...{ pit: { id, keep_alive: '1m' }, size: PAGE, sort: [{ _shard_doc: 'asc' }], track_total_hits: false },
        ...(after !== undefined && { search_after: after as never }),
      });
      const { hits } = answer.hits;
      if (hits.length === 0) break;
      after = hits.at(-1)?.sort;
      const lines = hits.map(({ _id, _source }) => JSON.stringify({ _id, _source })).join('\n');
      bench.pages.push(gzipSync(lines));
    }
    await client.closePointInTime({ id });
  });
  return megabytes / took;
}

async function peerRestore(bench: Bench): Promise<number> {
  const { client, prefix, megabytes, pages } = bench;
  const index = `${prefix}_peer`;
  await client.indices.create({
    index,
    settings: { number_of_shards: 3, number_of_replicas: 0, refresh_interval: '-1' },
  });
  const datasource = async function* (): AsyncGenerator<Exported> {
    for (const page of pages)
      for (const line of gunzipSync(page).toString().split('\n')) yield JSON.parse(line) as never;
  };
  const took = await seconds(async () => {
    await client.helpers.bulk<Exported>({
      datasource: datasource(),
      onDocument: ({ _id, _source }) => [{ index: { _index: index, _id } }, _source],
      ...{ flushBytes: 1_000_000, concurrency: 4 },
    });
    await client.indices.refresh({ index });
  });
  await client.indices.delete({ index });
  return megabytes / took;
}

async function main(args: readonly string[]): Promise<void> {
  const runs = numberOption(args, 'runs', 3);
  const documents = numberOption(args, 'documents', 200_000);
  const engines = await startEngines({ only: ['elasticsearch'] });
  const folder = await mkdtemp(join(tmpdir(), 'lucid-bench-es-'));
  const client = new Client({ node: String(engines.env['ELASTICSEARCH_URI']), requestTimeout: 120_000 });
  const prefix = `bench_${randomBytes(4).toString('hex')}`;
  const names = ['sessions', 'restored', 'peer'].map((name) => `${prefix}_${name}`);
  try {
    const bytes = await fill(client, `${prefix}_sessions`, documents);
    const snapshotPath = String(engines.env['ELASTICSEARCH_SNAPSHOT_PATH']);
    const bench: Bench = { client, prefix, folder, snapshotPath, megabytes: bytes / 1e6, pages: [] };
    const results = [];
    for (const path of ['snapshot', 'logical'] as const) {
      // Backup and restore of ours, then both of the peer's, and so on: each pair is measured side by side.
      const restores: Pair[] = [];
      const own = async (): Promise<number> => {
        const { backup, restore } = await ours(bench, path);
        restores.push({ ours: restore, peer: Number.NaN });
        return backup;
      };
      const peer = async (): Promise<number> => {
        const backup = await peerBackup(bench);
        const pair = restores.at(-1) as Pair;
        pair.peer = await peerRestore(bench);
        say(`restore: ours ${round(pair.ours)}, peer ${round(pair.peer)}`);
        return backup;
      };
      say(
        `${path}, ${Math.round(bench.megabytes)} MB of sources; MB/s: ours (zstd, AES-256-GCM, verified) and the client's helpers`,
      );
      const backups = await interleave(runs, own, peer, say);
      results.push(toResult(`elasticsearch_${path}_backup`, backups, 'higher', 'none set'));
      results.push(toResult(`elasticsearch_${path}_restore`, restores.slice(1), 'higher', 'none set'));
    }
    report('elasticsearch-backup', results);
    await forgetSnapshots(bench);
  } finally {
    await client.indices.delete({ index: names, ignore_unavailable: true });
    // What finished restores leave for a week.
    await client.cluster.deleteComponentTemplate({ name: `restoring-${prefix}-*` }, { ignore: [404] });
    await client.close();
    await rm(folder, { recursive: true, force: true });
    await engines.stop();
  }
}

await main(process.argv.slice(2));
