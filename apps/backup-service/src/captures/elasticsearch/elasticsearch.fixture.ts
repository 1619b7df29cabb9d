import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { SnapshotReader, SnapshotSummary, SnapshotWriter } from '@lucid/archive/snapshot-types';
import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { type Clock, systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { createTestElasticsearch, engineVariable, type TestElasticsearch } from '@lucid/testing/engines';
import type { CaptureContext, CaptureOutcome } from '../capture-port.ts';
import type { EngineRestored, RestoreInput, RestoreRun } from '../restore-port.ts';
import { ElasticsearchCapture } from './elasticsearch-capture.ts';
import { ElasticsearchRestorer } from './elasticsearch-restorer.ts';
import type { ElasticsearchManifest } from './manifest.ts';
import { GRACE_MS } from './restore-swap.ts';

export interface Backup {
  readonly outcome: CaptureOutcome;
  readonly manifest: ElasticsearchManifest;
  readonly summary: SnapshotSummary;
  readonly reader: SnapshotReader;
}

type Selection = BackupRestorePayload['elasticsearch'];

/** Where nobody searches there is no search to be waited for when a swap replaces what it finds. */
const unsearched: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === GRACE_MS ? 0 : ms, signal),
};

/** Indices of their own, a repository of the suite, and both ends of the backup, for specs. */
export class ElasticsearchBench {
  readonly test: TestElasticsearch;
  readonly snapshotPath: string | undefined;
  readonly capture: ElasticsearchCapture;
  readonly restorer: ElasticsearchRestorer;
  readonly repository: Repository;
  readonly folder: string;
  private readonly client = createElasticsearchClient({ uri: engineVariable('ELASTICSEARCH_URI'), appName: 'spec' });
  private backups = 0;

  private constructor(
    test: TestElasticsearch,
    repository: Repository,
    folder: string,
    snapshotPath: string | undefined,
  ) {
    this.test = test;
    this.repository = repository;
    this.folder = folder;
    this.snapshotPath = snapshotPath;
    const options = { client: this.client, prefix: test.prefix, ...(snapshotPath !== undefined && { snapshotPath }) };
    this.capture = new ElasticsearchCapture(options);
    this.restorer = new ElasticsearchRestorer(options);
  }

  static async open(label: string, path: 'snapshot' | 'logical'): Promise<ElasticsearchBench> {
    const folder = await mkdtemp(join(tmpdir(), 'lucid-es-'));
    const store = await FileObjectStore.open(folder);
    const repository = await Repository.create(store, {
      ...{ clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 },
    });
    const snapshotPath = path === 'snapshot' ? engineVariable('ELASTICSEARCH_SNAPSHOT_PATH') : undefined;
    return new ElasticsearchBench(createTestElasticsearch(label), repository, folder, snapshotPath);
  }

  get prefix(): string {
    return this.test.prefix;
  }

  /** `sessions` → `test_…_sessions`. */
  name(short: string): string {
    return `${this.prefix}_${short}`;
  }

  captureContext(changes: Partial<CaptureContext> = {}): CaptureContext {
    const signal = new AbortController().signal;
    return {
      signal,
      clock: systemClock,
      logger: createLogger('spec', 'silent'),
      onProgress: () => undefined,
      ...changes,
    };
  }

  async backup(
    changes: Partial<CaptureContext> = {},
    around: (sink: SnapshotWriter) => SnapshotWriter = (sink) => sink,
  ): Promise<Backup> {
    const id = `bkp_${(this.backups += 1)}`;
    const writer = await this.repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
    try {
      const outcome = await this.capture.capture({}, around(writer), this.captureContext(changes));
      const summary = await writer.commit({ elasticsearch: outcome.manifest });
      const reader = await this.repository.readSnapshot(id);
      const { elasticsearch } = reader.manifest.meta as unknown as { elasticsearch: ElasticsearchManifest };
      return { outcome, manifest: elasticsearch, summary, reader };
    } finally {
      await writer.abort();
    }
  }

  inputOf({ reader, outcome }: Backup): RestoreInput {
    return { backupId: reader.manifest.id, reader, manifest: outcome.manifest, isWhole: true };
  }

  /** Of a spec that searches while it restores, `clock` is the system's. */
  runOf(changes: Partial<RestoreRun> = {}): RestoreRun {
    return {
      restoreId: `restore_${randomBytes(4).toString('hex')}`,
      ...{ signal: new AbortController().signal, clock: unsearched, logger: createLogger('spec', 'silent') },
      ...{ assertHeld: () => Promise.resolve(), progress: () => undefined },
      ...changes,
    };
  }

  async restore(backup: Backup, selection?: Selection, run: RestoreRun = this.runOf()): Promise<EngineRestored> {
    const input = this.inputOf(backup);
    const plan = await this.restorer.plan(
      input,
      { backupId: input.backupId, ...(selection && { elasticsearch: selection }) },
      run,
    );
    return this.restorer.restore(input, plan, run);
  }

  /** The server's answer as text: the client would turn its numbers into doubles. */
  async raw(method: string, path: string, body?: string, type = 'application/json'): Promise<string> {
    const { origin, username, password } = new URL(this.test.uri);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answer = await fetch(`${origin}${path}`, {
      ...{ method, headers: { authorization, 'content-type': type } },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text;
  }

  /** Everything of an index that a restore must bring back, numbers as their text. */
  async image(index: string): Promise<IndexImage> {
    await this.raw('POST', `/${index}/_refresh`);
    const search = await this.raw('POST', `/${index}/_search?version=true`, '{"size":10000,"sort":["_doc"]}');
    const { hits } = exactly(search) as {
      hits: { hits: { _id: string; _routing?: string; _version: string; _source: unknown }[] };
    };
    const documents = hits.hits.map(({ _id, _routing, _version, _source }) => ({ _id, _routing, _version, _source }));
    documents.sort((a, b) => (a._id < b._id ? -1 : 1));
    const described = Object.values(
      exactly(await this.raw('GET', `/${index}?flat_settings=true`)) as Record<string, Described>,
    );
    const [{ mappings, settings }] = described as [Described];
    const kept = Object.entries(settings).filter(([name, value]) => value !== null && !OF_THE_SERVER.test(name));
    return { documents, mappings, settings: Object.fromEntries(kept) };
  }

  async aliases(index: string): Promise<unknown> {
    const answer = exactly(await this.raw('GET', `/${index}/_alias`)) as Record<string, { aliases: unknown }>;
    return answer[index]?.aliases;
  }

  /** What restores and captures leave behind, which must be nothing. */
  async leftovers(): Promise<string[]> {
    const work = `restoring-${this.prefix}-`;
    const indices = Object.keys(await this.test.client.indices.get({ index: '*', expand_wildcards: 'all' }));
    const repositories = Object.keys(JSON.parse(await this.raw('GET', '/_snapshot')) as object);
    const aliases = JSON.parse(await this.raw('GET', '/_cat/aliases?format=json&h=alias&expand_wildcards=all')) as {
      alias: string;
    }[];
    return [...indices, ...repositories, ...aliases.map(({ alias }) => alias)].filter((name) => name.startsWith(work));
  }

  async close(): Promise<void> {
    for (const index of await this.leftovers()) await this.raw('DELETE', `/${index}`).catch(() => undefined);
    const journals = `/_component_template/restoring-${this.prefix}-*`;
    await this.raw('DELETE', journals).catch(() => undefined);
    const { clusterUuid } = await this.clusterName();
    const own = `${this.prefix}-backup-${clusterUuid.toLowerCase()}`;
    await this.raw('DELETE', `/_snapshot/${own}/*`).catch(() => undefined);
    await this.raw('DELETE', `/_snapshot/${own}`).catch(() => undefined);
    if (this.snapshotPath !== undefined) await rm(join(this.snapshotPath, own), { recursive: true, force: true });
    await this.repository.close();
    await rm(this.folder, { recursive: true, force: true });
    await this.client.close();
    await this.test.close();
  }

  /** Where the capture's repository is. */
  async repositoryName(): Promise<string> {
    return `${this.prefix}-backup-${(await this.clusterName()).clusterUuid.toLowerCase()}`;
  }

  private async clusterName(): Promise<{ clusterUuid: string }> {
    const text = await this.raw('GET', '/_cluster/state/metadata?filter_path=metadata.cluster_uuid');
    return { clusterUuid: (JSON.parse(text) as { metadata: { cluster_uuid: string } }).metadata.cluster_uuid };
  }
}

interface Described {
  readonly mappings: unknown;
  readonly settings: Record<string, string | string[] | null>;
}

export interface IndexImage extends Described {
  readonly documents: readonly unknown[];
}

const OF_THE_SERVER =
  /^index\.(uuid|creation_date|provided_name|version\.|resize\.|routing_partition_size|routing\.allocation\.initial_recovery|routing\.allocation\.include\._tier_preference|history)/;

/** JSON with its numbers as their text, so that what a double cannot hold is compared too. */
export function exactly(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown) as unknown;
}
