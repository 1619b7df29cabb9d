import type { Client } from '@elastic/elasticsearch';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { errorTypeOf } from '@lucid/clients/elasticsearch/raw-request';
import { readServerFacts } from '@lucid/clients/elasticsearch/server-facts';
import { AppError } from '@lucid/core/app-error';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from '../capture-port.ts';
import { captureDocuments } from './capture-documents.ts';
import { captureBySnapshot, captureRepository } from './capture-snapshot.ts';
import type { CapturedIndices, CaptureSource } from './capture-source.ts';
import { listIndices, listTemplates } from './index-catalogue.ts';
import { ELASTICSEARCH_MANIFEST_FORMAT, type ElasticsearchManifest } from './manifest.ts';

export interface ElasticsearchCaptureOptions {
  readonly client: Client;
  /** ELASTICSEARCH_INDEX_PREFIX: indices `<prefix>_…` are captured, with their aliases and templates. */
  readonly prefix: string;
  /** ELASTICSEARCH_SNAPSHOT_PATH, as this service sees it. Undefined: documents are read one by one. */
  readonly snapshotPath?: string | undefined;
}

/**
 * Elasticsearch by its own snapshots where a folder is shared with it, else document by document. The flow holds the lease
 * `elasticsearch:snapshots`: two captures at once would delete each other's snapshots. Beside its repository and its snapshots it
 * changes nothing in the engine; indices are refreshed.
 */
export class ElasticsearchCapture implements EngineCapture {
  readonly engine = 'elasticsearch';
  private readonly options: ElasticsearchCaptureOptions;

  constructor(options: ElasticsearchCaptureOptions) {
    this.options = options;
  }

  async capture(_scope: CaptureScope, sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome> {
    try {
      return await this.run(sink, context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw refused(error);
    }
  }

  private async run(sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome> {
    const { client, prefix } = this.options;
    const { signal, logger } = context;
    const facts = await readServerFacts(client, signal);
    const catalogue = await listIndices(client, prefix, signal);
    const templates = await listTemplates(client, prefix, signal);
    const { warnings, ...captured } = await this.captureIndices({
      ...{ client, catalogue, prefix, sink, context },
      clusterUuid: facts.clusterUuid,
    });
    const manifest: ElasticsearchManifest = {
      ...{
        format: ELASTICSEARCH_MANIFEST_FORMAT,
        serverVersion: facts.version,
        clusterUuid: facts.clusterUuid,
        prefix,
      },
      ...{ ...captured, templates },
    };
    const { path, beganAt, endedAt, indices, missing } = manifest;
    logger.info(
      { path, beganAt, endedAt, indices: indices.length, missing: missing.length },
      'Elasticsearch is captured',
    );
    const { foreign } = catalogue;
    return {
      manifest,
      namespaces: indices.map(({ name }) => name),
      documents: indices.reduce((sum, { documents }) => sum + documents, 0),
      consistentAt: new Date(endedAt),
      warnings: [
        ...missing.map(({ name, reason }) => `${name} is not in the backup: ${reason}`),
        ...foreign.map(
          (name) => `${name} is reached by a name of the prefix, but its own name has another: it is not in the backup`,
        ),
        ...warnings,
      ],
      isDegraded: missing.length + foreign.length > 0 || indices.some(({ failedShards }) => failedShards.length > 0),
    };
  }

  private async captureIndices(source: CaptureSource): Promise<CapturedIndices> {
    const { snapshotPath } = this.options;
    if (snapshotPath === undefined) return captureDocuments(source);
    const repository = captureRepository(source, snapshotPath);
    const obstacle = await repository.open(source.context.signal);
    if (obstacle === undefined) return captureBySnapshot(source, repository);
    source.context.logger.warn({ obstacle }, 'Elasticsearch is read document by document');
    const captured = await captureDocuments(source);
    return { ...captured, warnings: [`Its documents were read one by one: ${obstacle}`, ...captured.warnings] };
  }
}

/** What the server refused in a way that nobody judged; its words are only for the log. */
function refused(error: unknown): unknown {
  const type = error instanceof AppError ? undefined : errorTypeOf(error);
  if (type === undefined) return error;
  return new AppError('ELASTICSEARCH_UNAVAILABLE', `Elasticsearch refused a part of the backup (${type})`, {
    cause: error,
  });
}
