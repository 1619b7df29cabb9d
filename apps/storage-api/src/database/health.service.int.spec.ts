import { type AddressInfo, createServer } from 'node:net';
import { createMongoClient } from '@lucid/clients/mongodb/connection';
import { systemClock } from '@lucid/core/clock';
import { engineVariable } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { MongoClient } from 'mongodb';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { loadStorageConfig } from '../config.ts';
import { HealthService } from './health.service.ts';
import { MemberConnections } from './member-connections.ts';
import { MemberFactsReader } from './member-facts.ts';

const config = loadStorageConfig({ MONGODB_URI: 'mongodb://127.0.0.1:1' });

describe('members and servers that do not answer', () => {
  const client = new MongoClient(engineVariable('MONGODB_URI'));
  const members = new MemberConnections(client, config);
  const facts = new MemberFactsReader(members, systemClock);

  afterAll(async () => {
    await members.onApplicationShutdown();
    await client.close();
  });

  it('tells of a member that it is there, with the user of the service', async () => {
    const [host = ''] = engineVariable('LUCID_MONGODB_MEMBERS').split(',');
    // It may answer too late once on a busy host.
    expect(await eventually('its answer', () => facts.of(host))).toMatchObject({
      disk: { totalBytes: expect.any(Number) },
      areWritesBlocked: expect.any(Boolean),
    });
  });

  it('waits neither for a member that refuses nor for one that hangs', async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const { port } = hanging.address() as AddressInfo;
    expect(await Promise.all([facts.of('127.0.0.1:1'), facts.of(`127.0.0.1:${String(port)}`)])).toEqual([
      undefined,
      undefined,
    ]);
    hanging.close();
  });

  it('reports where nothing can be reached', async () => {
    const nowhere = createMongoClient({ uri: 'mongodb://127.0.0.1:1/?replicaSet=none', appName: 'spec' });
    const health = await new HealthService(nowhere, new DeploymentKind(nowhere), facts, systemClock).report();
    expect(health).toMatchObject({ status: 'unhealthy', deployment: null, members: [], primary: null });
    expect(health.reasons).toMatchObject([{ severity: 'unhealthy', code: 'MONGODB_UNAVAILABLE' }]);
    await nowhere.close();
  });
});
