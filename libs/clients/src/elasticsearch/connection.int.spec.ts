import { engineVariable } from '@lucid/testing/engines';
import { connectElasticsearch, toElasticsearchAppError } from './connection.ts';

describe('connecting to Elasticsearch', () => {
  it('answers, and leaves to the caller what only he can judge', async () => {
    const client = await connectElasticsearch({ uri: engineVariable('ELASTICSEARCH_URI'), appName: 'spec' });
    try {
      const missing: unknown = await client.indices
        .get({ index: 'test-no-such-index' })
        .catch((error: unknown) => error);
      expect(missing).toMatchObject({ statusCode: 404 });
      expect(toElasticsearchAppError(missing)).toBeUndefined();
    } finally {
      await client.close();
    }
  });

  it('tells a server that is not there from a refused password', async () => {
    const nobody = connectElasticsearch({ uri: 'http://127.0.0.1:1', appName: 'spec' });
    await expect(nobody).rejects.toMatchObject({ code: 'ELASTICSEARCH_UNAVAILABLE' });
    const uri = engineVariable('ELASTICSEARCH_URI').replace(/:[^:@]+@/, ':wrong@');
    await expect(connectElasticsearch({ uri, appName: 'spec' })).rejects.toMatchObject({ code: 'ENGINE_UNSUITABLE' });
  });
});
