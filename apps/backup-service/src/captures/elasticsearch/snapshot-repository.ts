import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { errorTypeOf, isStatus, jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { AppError, fromSystemError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';

/** How fast a node may write into a snapshot or read from one; the server's default for writing is 40 MB/s. */
const NODE_RATE = '200mb';
/** Deleting a snapshot is answered when its files are gone. */
const DELETE_MS = 3_600_000;
const POLL_MS = 250;

export type SnapshotState = 'IN_PROGRESS' | 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'INCOMPATIBLE';

export interface SnapshotInfo {
  readonly snapshot: string;
  readonly uuid: string;
  readonly state: SnapshotState;
  readonly reason?: string;
  readonly indices: readonly string[];
  readonly start_time_in_millis: number;
  readonly end_time_in_millis: number;
  readonly failures: readonly { index: string; shard_id: number; reason: string }[];
}

/** What `index-N`, the server's list of a repository, says; `indices` by name. */
export interface RepositoryIndex {
  readonly snapshots: readonly { name: string; uuid: string }[];
  readonly indices: Readonly<Record<string, { id: string; snapshots: readonly string[] }>>;
}

/**
 * A repository of type `fs` that lies in a folder of its own below the path that the server (`path.repo`) and this service both see,
 * which may be mounted at different places.
 */
export class SnapshotRepository {
  readonly name: string;
  readonly folder: string;
  private readonly client: Client;

  constructor(client: Client, snapshotPath: string, name: string) {
    this.client = client;
    this.name = name;
    this.folder = join(snapshotPath, name);
  }

  /**
   * Makes it known to the server, for writing; each of its nodes tries to.
   * @returns a text that says why it cannot be used: the server does not see the path, or this service sees another one
   */
  async open(signal: AbortSignal): Promise<string | undefined> {
    try {
      // While a snapshot runs in it, a repository can be neither verified nor changed.
      await this.deleteUnfinished(signal);
      await this.register({ max_snapshot_bytes_per_sec: NODE_RATE }, signal);
    } catch (error) {
      const type = errorTypeOf(error) ?? '';
      if (!/^repository_(verification_)?exception$/.test(type)) throw error;
      return 'Elasticsearch cannot write below its path.repo, or has none';
    }
    try {
      await stat(this.folder);
      const known = new Set((await this.list(signal)).map(({ uuid }) => uuid));
      const seen = (await this.readIndex())?.index.snapshots ?? [];
      const isSame = seen.length === known.size && seen.every(({ uuid }) => known.has(uuid));
      return isSame ? undefined : 'ELASTICSEARCH_SNAPSHOT_PATH is not the folder that Elasticsearch writes to';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return 'ELASTICSEARCH_SNAPSHOT_PATH is not the folder that Elasticsearch writes to';
      if (code === 'EACCES')
        return 'this service may not read what Elasticsearch writes below ELASTICSEARCH_SNAPSHOT_PATH';
      throw error;
    }
  }

  /** Makes files that are there known to the server, which only reads them. */
  async openReadOnly(signal: AbortSignal): Promise<void> {
    await this.register({ readonly: true, max_restore_bytes_per_sec: NODE_RATE }, signal);
  }

  /** The server forgets it; its files stay. One that is not there is fine. */
  async forget(): Promise<void> {
    try {
      await rawRequest(this.client, { method: 'DELETE', path: pathOf('_snapshot', this.name) });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  /** A folder that any user's server can read, empty. @throws AppError PERMISSION_DENIED, STORAGE_FULL */
  async makeFolder(): Promise<void> {
    try {
      await rm(this.folder, { recursive: true, force: true });
      await mkdir(this.folder, { recursive: true });
      await chmod(this.folder, 0o755);
    } catch (error) {
      throw fromSystemError(error, 'ELASTICSEARCH_SNAPSHOT_PATH');
    }
  }

  async removeFolder(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Oldest first. */
  async list(signal?: AbortSignal): Promise<SnapshotInfo[]> {
    const answer = await jsonRequest<{ snapshots?: SnapshotInfo[] }>(this.client, {
      ...{ method: 'GET', path: `${pathOf('_snapshot', this.name)}/_all` },
      query: { sort: 'start_time', order: 'asc' },
      ...(signal && { signal }),
    });
    return answer.snapshots ?? [];
  }

  /** What a killed capture left running, and what failed. None is fine, and no repository. */
  private async deleteUnfinished(signal: AbortSignal): Promise<void> {
    try {
      for (const { snapshot, state } of await this.list(signal)) {
        if (state !== 'SUCCESS' && state !== 'PARTIAL') await this.delete(snapshot);
      }
    } catch (error) {
      if (errorTypeOf(error) !== 'repository_missing_exception') throw error;
    }
  }

  /** Begins a snapshot and waits for its end. An abort deletes it. @throws AppError ELASTICSEARCH_UNAVAILABLE where it failed */
  async take(
    snapshot: string,
    indices: readonly string[],
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ): Promise<SnapshotInfo> {
    const path = pathOf('_snapshot', this.name, snapshot);
    const body = {
      indices,
      ignore_unavailable: true,
      partial: true,
      include_global_state: false,
      feature_states: ['none'],
    };
    try {
      await rawRequest(this.client, {
        method: 'PUT',
        path,
        body: JSON.stringify({ ...body, expand_wildcards: 'all' }),
        signal,
      });
      for (;;) {
        const info = await this.get(snapshot, signal);
        if (info.state === 'SUCCESS' || info.state === 'PARTIAL') return info;
        if (info.state !== 'IN_PROGRESS') throw failed(info);
        await clock.sleep(POLL_MS, signal);
      }
    } catch (error) {
      await this.delete(snapshot).catch(() => undefined); // what is left is deleted when the next capture starts
      throw error;
    }
  }

  /** One that is running is stopped. None of that name is fine. */
  async delete(snapshot: string): Promise<void> {
    try {
      await rawRequest(this.client, {
        ...{ method: 'DELETE', path: pathOf('_snapshot', this.name, snapshot), timeoutMs: DELETE_MS },
      });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  /** The newest list of what the repository holds, as this service sees it; undefined in an empty one. @throws ENOENT, EACCES */
  async readIndex(): Promise<{ generation: bigint; index: RepositoryIndex } | undefined> {
    const names = await readdir(this.folder);
    if (!names.includes('index.latest')) return undefined;
    const generation = (await readFile(join(this.folder, 'index.latest'))).readBigInt64BE(0);
    const text = await readFile(join(this.folder, `index-${generation}`), 'utf8');
    return { generation, index: JSON.parse(text) as RepositoryIndex };
  }

  private async get(snapshot: string, signal: AbortSignal): Promise<SnapshotInfo> {
    const path = pathOf('_snapshot', this.name, snapshot);
    const { snapshots } = await jsonRequest<{ snapshots?: SnapshotInfo[] }>(this.client, {
      method: 'GET',
      path,
      signal,
    });
    const [info] = snapshots ?? [];
    if (!info) throw new AppError('CAPTURE_RESTARTED', 'The snapshot of Elasticsearch was deleted while it was made.');
    return info;
  }

  private async register(settings: object, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ type: 'fs', settings: { location: this.name, compress: true, ...settings } });
    try {
      await rawRequest(this.client, { method: 'PUT', path: pathOf('_snapshot', this.name), body, signal });
    } catch (error) {
      if (isAppError(error)) throw error;
      await this.forget().catch(() => undefined); // it is registered even where a node could not write to it
      throw error;
    }
  }
}

function failed({ reason }: SnapshotInfo): AppError {
  const cause = new Error(reason ?? 'no reason was given');
  return new AppError('ELASTICSEARCH_UNAVAILABLE', 'Elasticsearch could not make its snapshot: see its log', { cause });
}
