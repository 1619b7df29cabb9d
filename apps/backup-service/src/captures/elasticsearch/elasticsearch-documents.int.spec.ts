import { describeElasticsearchBackup } from './elasticsearch-backup.conformance.ts';

describe('Elasticsearch document by document', () => {
  describeElasticsearchBackup('logical');
});
