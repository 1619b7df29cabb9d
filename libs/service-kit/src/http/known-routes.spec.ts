import Fastify from 'fastify';
import { KnownRoutes } from './known-routes.ts';

it('knows which methods an address has', () => {
  const server = Fastify();
  const routes = new KnownRoutes();
  routes.watch(server);
  const answer = async (): Promise<string> => '';
  server.get('/jobs', answer);
  server.get('/jobs/:id', answer);
  server.delete('/jobs/:id', answer);
  server.post('/jobs/:id/steps/:step', answer);
  server.get('/openapi.json', answer);
  server.get('/files/*', answer);
  expect(routes.methodsAt('/jobs')).toEqual(['GET', 'HEAD']);
  expect(routes.methodsAt('/jobs/a.b')).toEqual(['DELETE', 'GET', 'HEAD']);
  expect(routes.methodsAt('/jobs/a/steps/b')).toEqual(['POST']);
  expect(routes.methodsAt('/files/a/b')).toEqual(['GET', 'HEAD']);
  for (const none of ['/', '/job', '/jobs/', '/jobs/a/b', '/openapixjson', '/JOBS'])
    expect(routes.methodsAt(none)).toEqual([]);
});
