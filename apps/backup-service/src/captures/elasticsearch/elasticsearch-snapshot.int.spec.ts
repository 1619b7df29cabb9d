import { describeElasticsearchBackup } from './elasticsearch-backup.conformance.ts';

describe('Elasticsearch by its own snapshots', () => {
  describeElasticsearchBackup('snapshot');
});
