import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import type { MongodbManifest } from './manifest.ts';
import { captureMongodb } from './mongodb-capture.ts';
import { contextOf, type RestoreSetting } from './restore.fixture.ts';
import { snapshotSource } from './restore-manifest-source.ts';
import { type MongodbRestored, restoreMongodb } from './restore-mongodb.ts';
import type { RestoreRequest } from './restore-plan.ts';

export interface Captured {
  readonly manifest: MongodbManifest;
  readonly reader: SnapshotReader;
}

/** The way of a backup without its jobs: captured into a repository in a temporary folder, and restored from it. */
export class CaptureFixture {
  private number = 0;

  private constructor(
    readonly repository: Repository,
    private readonly folder: string,
    private readonly setting: RestoreSetting,
  ) {}

  static async open(setting: RestoreSetting): Promise<CaptureFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'lucid-capture-'));
    const store = await FileObjectStore.open(folder);
    const settings = { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 } as const;
    return new CaptureFixture(await Repository.create(store, settings), folder, setting);
  }

  /** @param onStream called when a stream gets its first bytes, by the stream's name; it is awaited */
  async capture(
    database: string | undefined,
    onStream: (name: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<Captured> {
    this.number += 1;
    const id = `bkp_${this.number}`;
    const writer = await this.repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
    const begun = new Set<string>();
    const sink = {
      openStream(name: string, options: { kind: 'bson' | 'bytes' }) {
        const stream = writer.openStream(name, options);
        return {
          end: (meta: Parameters<typeof stream.end>[0]) => stream.end(meta),
          async write(buffer: Buffer) {
            await stream.write(buffer);
            if (begun.has(name)) return;
            begun.add(name);
            await onStream(name);
          },
        };
      },
    };
    const { uri, controlDatabase } = this.setting;
    const plan = { uri, controlDatabase, ...(database !== undefined && { database }) };
    const context = { signal: new AbortController().signal, clock: systemClock, onProgress: () => undefined };
    try {
      const manifest = await captureMongodb(plan, sink, { ...context, logger: createLogger('test', 'silent') });
      await writer.commit({ mongodb: manifest });
      return { manifest, reader: await this.repository.readSnapshot(id) };
    } finally {
      await writer.abort();
    }
  }

  async restore({ manifest, reader }: Captured, request: RestoreRequest): Promise<MongodbRestored> {
    this.number += 1;
    const databases = [...new Set(manifest.collections.map(({ database }) => database))];
    const source = snapshotSource(reader, manifest, databases);
    const context = await contextOf(this.setting, source, request, `rst_${this.number}`);
    try {
      return await restoreMongodb(context, 'bkp_test');
    } finally {
      context.writer.close();
    }
  }

  async close(): Promise<void> {
    await this.repository.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
