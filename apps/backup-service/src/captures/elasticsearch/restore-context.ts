import type { Client } from '@elastic/elasticsearch';
import type { RestoreInput, RestoreRun } from '../restore-port.ts';
import type { ElasticsearchManifest } from './manifest.ts';
import type { ElasticsearchRestorePlan } from './restore-plan.ts';

/** One run of a restore of Elasticsearch. */
export interface ElasticsearchRestoreContext {
  readonly client: Client;
  readonly prefix: string;
  readonly snapshotPath: string | undefined;
  /** `workName` of this restore. */
  readonly work: string;
  readonly reader: RestoreInput['reader'];
  readonly manifest: ElasticsearchManifest;
  readonly plan: ElasticsearchRestorePlan;
  readonly run: RestoreRun;
  /** Indices larger than this are verified by their number of documents alone, not by reading them back. */
  readonly verifyBytes: number;
}
