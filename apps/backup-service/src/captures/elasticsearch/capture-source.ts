import type { Client } from '@elastic/elasticsearch';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { CaptureContext } from '../capture-port.ts';
import type { IndexCatalogue } from './index-catalogue.ts';
import type { ElasticsearchManifest } from './manifest.ts';

/** What both ways of capturing Elasticsearch work with. */
export interface CaptureSource {
  readonly client: Client;
  readonly catalogue: IndexCatalogue;
  readonly clusterUuid: string;
  readonly prefix: string;
  readonly sink: SnapshotWriter;
  readonly context: CaptureContext;
}

/** What they bring back. */
export interface CapturedIndices extends Pick<
  ElasticsearchManifest,
  'path' | 'beganAt' | 'endedAt' | 'snapshot' | 'indices' | 'missing'
> {
  readonly warnings: string[];
}
