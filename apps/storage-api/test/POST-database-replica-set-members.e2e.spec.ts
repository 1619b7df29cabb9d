import { AppError } from '@lucid/core/app-error';
import { replicaSetAddMember, type ReplicaSetAddMemberPayload } from '@lucid/jobs/contracts/replica-set-add-member';
import type { JobContext } from '@lucid/jobs/job-handler';
import { createSteps } from '@lucid/jobs/job-steps';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { MongodMember } from '../../../tests/setup/mongod-members.ts';
import { OWN_SET, startOwnReplicaSet, type OwnReplicaSet } from '../../../tests/setup/own-replica-set.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { AddMemberFlow } from '../src/replica-set/add-member.flow.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/replica-set';

describe('POST /api/v1/database/replica-set/members', () => {
  let set: OwnReplicaSet;
  let service: TestService;
  let admin: string;
  let spare: MongodMember;

  async function listed(): Promise<{ host: string }[]> {
    const { json } = await service.call('GET', PATH, { key: admin });
    return json?.['members'] as { host: string }[];
  }

  async function member(host: string): Promise<{ host: string } | undefined> {
    return (await listed()).find((one) => one.host === host);
  }

  beforeAll(async () => {
    set = await startOwnReplicaSet(1);
    [spare] = set.spares as [MongodMember];
    service = await startTestService(storageApi, { MONGODB_URI: set.uri });
    admin = await service.key('admin');
  });

  afterAll(async () => {
    await service?.close();
    await set?.stop();
  });

  /** A run as the worker gives it one; it dies right after the work of `diesAt`, before that is stored. */
  function run(stored: Record<string, unknown>, diesAt?: string, signal = new AbortController().signal) {
    const save = async (key: string, result: unknown): Promise<void> => {
      if (key === diesAt) throw new AppError('LEASE_LOST', 'the worker is gone');
      stored[key] = result;
    };
    const context = {
      payload: { host: spare.host, unreachableSeconds: 60 },
      job: { id: 'member_killed', runs: 1, attempts: replicaSetAddMember.attempts },
      ...{ signal, steps: createSteps({ stored: { ...stored }, signal, save }), fencingToken: 1 },
      logger: service.app.get<JobContext['logger']>(TOKENS.LOGGER),
      progress: () => undefined,
      assertHeld: () => Promise.resolve(),
      acquire: () => Promise.reject(new Error('not used')),
    };
    return service.app
      .get(AddMemberFlow, { strict: false })
      .run(context as unknown as JobContext<ReplicaSetAddMemberPayload>);
  }

  describe('when the worker dies', () => {
    afterEach(async () => {
      if (!(await member(spare.host))) return;
      const { status } = await service.call('DELETE', `${PATH}/members/${spare.host}`, { key: admin });
      expect(status).toBe(200);
    });

    it.each(['intend', 'join', 'promote'])(
      'at %s, the next run goes on and the member stands there once',
      async (step) => {
        const stored: Record<string, unknown> = {};
        await expect(run(stored, step)).rejects.toMatchObject({ code: 'LEASE_LOST' });
        expect(stored).not.toHaveProperty(step);
        expect((await member(spare.host)) !== undefined).toBe(step !== 'intend');
        expect(await run(stored)).toMatchObject({ host: spare.host, state: 'SECONDARY', votes: 1, priority: 1 });
        expect((await listed()).filter(({ host }) => host === spare.host)).toHaveLength(1);
      },
    );

    it('and the job is cancelled, the next run takes the member out', async () => {
      const stored: Record<string, unknown> = {};
      await expect(run(stored, 'join')).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await member(spare.host)).toBeDefined();
      const cancelled = AbortSignal.abort(new AppError('JOB_CANCELLED', 'cancelled'));
      await expect(run(stored, undefined, cancelled)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      expect(await member(spare.host)).toBeUndefined();
    });

    it('never takes out a member that somebody else put in', async () => {
      const stored: Record<string, unknown> = {};
      await expect(run(stored, 'join')).rejects.toMatchObject({ code: 'LEASE_LOST' });
      const other = { intend: Number(stored['intend']) + 7 };
      await expect(run(other)).rejects.toMatchObject({ code: 'RECONFIGURATION_REFUSED' });
      expect(await member(spare.host)).toBeDefined();
    });
  });

  it('GET shows a set without a primary, and changes wait for one', async () => {
    expect(await run({})).toMatchObject({ votes: 1 });
    await spare.stop();
    await eventually('the primary steps down', async () => {
      const { json } = await service.call('GET', PATH, { key: admin });
      return json?.['primary'] === null;
    });
    const { status, json } = await service.call('GET', PATH, { key: admin });
    expect([status, json]).toMatchObject([
      200,
      { primary: null, isConfigCommitted: null, majority: 2, votingMembersUp: 1, faultTolerance: -1 },
    ]);
    const change = await service.call('DELETE', `${PATH}/members/${spare.host}`, { key: admin });
    expect(change.json).toMatchObject({ status: 503, code: 'MONGODB_UNAVAILABLE', retryable: true });
    await spare.start();
    await eventually('a primary', async () => {
      const found = await service.call('GET', PATH, { key: admin });
      return typeof found.json?.['primary'] === 'string';
    });
  });

  it('POST members adds an arbiter once there is a default write concern, as the server has it', async () => {
    const arbiter = await set.members.add('--replSet', OWN_SET);
    const ask = (path: string, body: object) => service.call('POST', `${PATH}${path}`, { key: admin, body });
    const body = { host: arbiter.host, arbiter: true };
    const refused = await ask('/members', body);
    expect(refused.json).toMatchObject({ status: 409, errors: [{ code: 'WRITE_CONCERN_CHANGES' }] });
    const primary = String((await service.call('GET', PATH, { key: admin })).json?.['primary']);
    const server = set.members.direct(primary).db('admin');
    const { config } = await server.command({ replSetGetConfig: 1 });
    const by = { _id: 90, host: arbiter.host, arbiterOnly: true, priority: 0 };
    const forced = { ...config, version: config.version + 1, members: [...config.members, by] };
    await expect(server.command({ replSetReconfig: forced })).rejects.toMatchObject({ code: 103 });
    await server.command({ setDefaultRWConcern: 1, defaultWriteConcern: { w: 'majority' } });
    const { json } = await ask('/members', body);
    const job = await eventually('the end of the job', async () => {
      const found = await service.call('GET', `/api/v1/jobs/${String(json?.['id'])}`, { key: admin });
      return found.json?.['finishedAt'] ? found.json : undefined;
    });
    expect(job).toMatchObject({ state: 'succeeded', result: { state: 'ARBITER', votes: 1, priority: 0 } });
    expect(await member(arbiter.host)).toMatchObject({ arbiter: true, state: 'ARBITER', lagSeconds: null });
  });
});
