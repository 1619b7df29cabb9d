import { LEASES_COLLECTION, type LeaseDocument } from '@lucid/clients/mongodb/collections';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import type { MongodMember, MongodMembers } from '../../../tests/setup/mongod-members.ts';
import { OWN_SET, startOwnReplicaSet, type OwnReplicaSet } from '../../../tests/setup/own-replica-set.ts';
import {
  startTestService,
  type Answer,
  type CallOptions,
  type Method,
  type TestService,
} from '../../../tests/setup/test-service.ts';
import { ClusterChanges } from '../src/cluster/cluster-changes.service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/replica-set';

interface Member {
  id: number;
  host: string;
  state: string;
  votes: number;
  priority: number;
  hidden: boolean;
  lagSeconds: number | null;
  tags: object;
}

describe('/api/v1/database/replica-set', () => {
  let set: OwnReplicaSet;
  let members: MongodMembers;
  let first: MongodMember;
  let second: MongodMember;
  let third: MongodMember;
  let service: TestService;
  let admin: string;

  const call = (method: Method, path: string, options: CallOptions = {}): Promise<Answer> =>
    service.call(method, `${PATH}${path}`, { key: admin, ...options });

  async function listed(): Promise<Member[]> {
    const { json } = await call('GET', '');
    return json?.['members'] as Member[];
  }

  async function member(host: string): Promise<Member | undefined> {
    return (await listed()).find((one) => one.host === host);
  }

  /** The end of a job, whatever it is. */
  function endOf(answer: Answer): Promise<Record<string, unknown>> {
    const id = String(answer.json?.['id']);
    return eventually(
      `the end of ${id}`,
      async () => {
        const { json } = await service.call('GET', `/api/v1/jobs/${id}`, { key: admin });
        return json?.['finishedAt'] ? json : undefined;
      },
      { timeoutMs: 120_000, intervalMs: 200 },
    );
  }

  async function add(host: string, more: object = {}): Promise<Record<string, unknown>> {
    const answer = await call('POST', '/members', { body: { host, ...more } });
    expect(answer.status).toBe(202);
    return endOf(answer);
  }

  const allUp = (count: number): Promise<Member[]> =>
    eventually(`${String(count)} members`, async () => {
      const found = await listed();
      const isUp = found.every(({ state }) => ['PRIMARY', 'SECONDARY', 'ARBITER'].includes(state));
      return found.length === count && isUp ? found : undefined;
    });

  beforeAll(async () => {
    set = await startOwnReplicaSet(2);
    [second, third] = set.spares as [MongodMember, MongodMember];
    ({ members, first } = set);
    service = await startTestService(storageApi, { MONGODB_URI: set.uri });
    admin = await service.key('admin');
  });

  afterAll(async () => {
    await service?.close();
    await set?.stop();
  });

  it('GET shows the members, the configuration and the oplog', async () => {
    const { status, json } = await call('GET', '', { key: await service.key('viewer') });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ name: OWN_SET, primary: first.host, configVersion: 1, isConfigCommitted: true },
      ...{ votingMembers: 1, majority: 1, votingMembersUp: 1, faultTolerance: 0, electionTimeoutMs: 5000 },
      members: [{ id: 0, host: first.host, state: 'PRIMARY', votes: 1, priority: 1, hidden: false, arbiter: false }],
    });
    expect(json?.['oplog']).toMatchObject({ windowSeconds: expect.any(Number), firstAt: expect.stringMatching(/Z$/) });
  });

  it('GET refuses callers without a key, and changes need the role admin', async () => {
    expect((await service.call('GET', PATH)).status).toBe(401);
    const key = await service.key('backup-admin');
    const tries: [Method, string, object?][] = [
      ['POST', '/members', { host: second.host }],
      ['PATCH', `/members/${first.host}`, { priority: 2 }],
      ['DELETE', `/members/${first.host}`],
      ['POST', '/step-down', {}],
    ];
    for (const [method, path, body] of tries)
      expect((await call(method, path, { key, body })).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it.each([
    ['no host', {}],
    ['a URI', { host: 'mongodb://a:27017' }],
    ['a port of nobody', { host: 'a:70000' }],
    ['four numbers that are no address', { host: '300.1.1.1:27017' }],
    ['a space', { host: 'a b:27017' }],
    ['a priority above the limit', { host: 'a:27017', priority: 1001 }],
    ['two votes', { host: 'a:27017', votes: 2 }],
    ['tags that are no texts', { host: 'a:27017', tags: { region: { $gt: 1 } } }],
    ['an unknown field', { host: 'a:27017', force: true }],
  ])('POST members refuses %s with 400', async (_what, body) => {
    expect((await call('POST', '/members', { body })).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('POST members looks first: dryRun shows the configuration, a refusal names its reasons', async () => {
    const plan = await call('POST', '/members?dryRun=true', { body: { host: second.host, tags: { rack: 'a' } } });
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({
      isAllowed: true,
      before: { version: 1, members: [{ id: 0 }] },
      after: {
        version: 2,
        members: [{ id: 0 }, { id: 1, host: second.host, votes: 1, priority: 1, tags: { rack: 'a' } }],
      },
    });
    expect(codesOf(plan)).toEqual(['EVEN_VOTES', 'NO_FAULT_TOLERANCE']);
    const nobody = await call('POST', '/members', { body: { host: '127.0.0.1:9' } });
    expect(nobody.json).toMatchObject({
      status: 409,
      code: 'RECONFIGURATION_REFUSED',
      errors: [{ code: 'UNREACHABLE' }],
    });
    expect(String(nobody.json?.['detail'])).not.toContain('127.0.0.1');
    const again = await call('POST', '/members', { body: { host: first.host } });
    expect(again.json).toMatchObject({ status: 409, errors: [{ pointer: '/host', code: 'DUPLICATE_MEMBER' }] });
    const odd = await call('POST', '/members?dryRun=true', { body: { host: second.host, hidden: true, priority: 1 } });
    expect(odd.json).toMatchObject({ isAllowed: false });
    expect(codesOf(odd)).toContain('HIDDEN_WITH_PRIORITY');
    expect(await listed()).toHaveLength(1);
  });

  it('POST members adds them without a vote and then gives them theirs', async () => {
    expect(await add(second.host, { tags: { rack: 'b' } })).toMatchObject({
      state: 'succeeded',
      result: { host: second.host, memberId: 1, state: 'SECONDARY', votes: 1, priority: 1 },
    });
    expect(await add(third.host)).toMatchObject({ state: 'succeeded', result: { memberId: 2 } });
    const found = await allUp(3);
    expect(found.map(({ host, votes, priority }) => [host, votes, priority])).toEqual([
      [first.host, 1, 1],
      [second.host, 1, 1],
      [third.host, 1, 1],
    ]);
    expect(found[1]?.tags).toEqual({ rack: 'b' });
    expect(found[1]?.lagSeconds).toEqual(expect.any(Number));
  });

  it('POST members with the same Idempotency-Key is the same job, also when the member is in', async () => {
    const spare = await members.add('--replSet', OWN_SET);
    const options = { body: { host: spare.host, votes: 0, priority: 0 }, headers: { 'idempotency-key': 'add-spare' } };
    const once = await call('POST', '/members', options);
    expect(await endOf(once)).toMatchObject({ state: 'succeeded', result: { votes: 0, priority: 0 } });
    const twice = await call('POST', '/members', options);
    expect(twice.json).toMatchObject({ id: once.json?.['id'], state: 'succeeded' });
    expect((await call('DELETE', `/members/${spare.host}`)).status).toBe(200);
    await spare.stop();
  });

  it('POST members takes out again what does not come up', async () => {
    // It has another set's name: nobody can tell before its first heartbeat.
    const stranger = await members.add('--replSet', 'another');
    const refused = await add(stranger.host, { unreachableSeconds: 10 });
    expect(refused).toMatchObject({ state: 'failed' });
    expect((refused['error'] as { code: string }).code).toMatch(/^(RECONFIGURATION_REFUSED|MEMBER_NOT_READY)$/);
    expect(await member(stranger.host)).toBeUndefined();
    await stranger.stop();
  });

  it('POST members takes out again what goes away while it copies, and what is cancelled', async () => {
    const pause = '{mode: "alwaysOn"}';
    const args = ['--setParameter', 'enableTestCommands=1', '--setParameter'];
    const slow = await members.add(
      '--replSet',
      OWN_SET,
      ...args,
      `failpoint.initialSyncHangBeforeCopyingDatabases=${pause}`,
    );
    const cancelled = await call('POST', '/members', { body: { host: slow.host } });
    await eventually('it copies', async () => (await member(slow.host))?.state === 'STARTUP2');
    expect(await member(slow.host)).toMatchObject({ votes: 0, priority: 0 });
    await service.call('DELETE', `/api/v1/jobs/${String(cancelled.json?.['id'])}`, { key: admin });
    expect(await endOf(cancelled)).toMatchObject({ state: 'cancelled' });
    expect(await member(slow.host)).toBeUndefined();
    const gone = await call('POST', '/members', { body: { host: slow.host, unreachableSeconds: 10 } });
    await eventually('it copies', async () => (await member(slow.host))?.state === 'STARTUP2');
    await slow.stop();
    expect(await endOf(gone)).toMatchObject({ state: 'failed', error: { code: 'MEMBER_NOT_READY' } });
    expect(await member(slow.host)).toBeUndefined();
  });

  it('PATCH members changes what is named, in one reconfiguration', async () => {
    const plan = await call('PATCH', `/members/${third.host}?dryRun=true`, { body: { priority: 5 } });
    expect(plan.json).toMatchObject({ isAllowed: true, findings: [{ code: 'ELECTION_FOLLOWS', severity: 'warning' }] });
    const body = { priority: 0, hidden: true, tags: { use: 'reports' } };
    const changed = await call('PATCH', `/members/${third.host}`, { body });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ isChanged: true });
    expect(await member(third.host)).toMatchObject({ ...body, votes: 1 });
    expect((await call('PATCH', `/members/${third.host}`, { body })).json).toMatchObject({ isChanged: false });
    const back = await call('PATCH', `/members/${third.host}`, { body: { priority: 1, hidden: false, tags: {} } });
    expect(back.json).toMatchObject({ isChanged: true });
  });

  it.each([
    ['hidden with a priority', { hidden: true }, 'HIDDEN_WITH_PRIORITY'],
    ['a priority without a vote', { votes: 0 }, 'PRIORITY_WITHOUT_VOTE'],
    ['a delay with a priority', { delaySeconds: 60 }, 'DELAYED_WITH_PRIORITY'],
  ])('PATCH members refuses %s', async (_what, body, code) => {
    const { json } = await call('PATCH', `/members/${third.host}`, { body });
    expect(json).toMatchObject({ status: 409, code: 'RECONFIGURATION_REFUSED' });
    expect((json?.['errors'] as { code: string }[]).map((one) => one.code)).toContain(code);
  });

  it('PATCH members keeps the primary electable, and knows its members', async () => {
    const { json } = await call('PATCH', `/members/${first.host}`, { body: { priority: 0 } });
    expect(json).toMatchObject({ status: 409, errors: [{ code: 'IS_PRIMARY' }] });
    expect((await call('PATCH', '/members/nobody:1', { body: { priority: 1 } })).json).toMatchObject({
      status: 404,
      code: 'MEMBER_NOT_FOUND',
    });
    expect((await call('PATCH', `/members/${first.host}`, { body: { host: 'b:1' } })).status).toBe(400);
    expect((await call('DELETE', '/members/a%20b')).status).toBe(400);
  });

  it('POST step-down names the new primary; dryRun and a former one in `from` change nothing', async () => {
    const plan = await call('POST', '/step-down?dryRun=true', { body: {} });
    expect(plan.json).toEqual({ isAllowed: true, primary: first.host, findings: [] });
    const other = await call('POST', '/step-down', { body: { from: second.host } });
    expect(other.json).toMatchObject({ status: 409, code: 'CONFLICT' });
    const twisted = await call('POST', '/step-down', { body: { seconds: 10, catchUpSeconds: 20 } });
    expect(twisted.json).toMatchObject({ status: 400, errors: [{ pointer: '/catchUpSeconds' }] });
    const done = await call('POST', '/step-down', { body: { seconds: 30, catchUpSeconds: 25, from: first.host } });
    expect(done.status).toBe(200);
    expect(done.json).toMatchObject({ formerPrimary: first.host });
    const { primary } = done.json as { primary: string };
    expect([second.host, third.host]).toContain(primary);
    expect((await call('GET', '')).json).toMatchObject({ primary });
  });

  it('DELETE members asks the primary to step down only where it may', async () => {
    await allUp(3);
    const primary = String((await call('GET', '')).json?.['primary']);
    const refused = await call('DELETE', `/members/${primary}`);
    expect(refused.json).toMatchObject({ status: 409, errors: [{ code: 'IS_PRIMARY' }] });
    const plan = await call('DELETE', `/members/${primary}?dryRun=true&stepDown=true`);
    expect(plan.json).toMatchObject({ isAllowed: true });
    expect((plan.json?.['after'] as { members: object[] }).members).toHaveLength(2);
    const done = await call('DELETE', `/members/${primary}?stepDown=true`);
    expect(done.json).toMatchObject({ isChanged: true, primary: expect.any(String) });
    expect(done.json?.['primary']).not.toBe(primary);
    expect(await member(primary)).toBeUndefined();
    expect(await add(primary)).toMatchObject({ state: 'succeeded' });
    await allUp(3);
  });

  it('DELETE members and POST step-down refuse what would cost the majority', async () => {
    const found = await allUp(3);
    const [one, other] = found.filter(({ state }) => state === 'SECONDARY').map(({ host }) => host);
    const byHost = new Map([first, second, third].map((each) => [each.host, each]));
    await byHost.get(other ?? '')?.stop();
    await eventually('its end is noticed', async () => (await member(other ?? ''))?.state !== 'SECONDARY');
    expect((await call('GET', '')).json).toMatchObject({ votingMembersUp: 2, faultTolerance: 0 });
    const refused = await call('DELETE', `/members/${one ?? ''}`);
    expect(refused.json).toMatchObject({ status: 409, code: 'RECONFIGURATION_REFUSED' });
    expect((refused.json?.['errors'] as { code: string }[]).map(({ code }) => code)).toEqual(['MAJORITY_LOST']);
    await call('PATCH', `/members/${one ?? ''}`, { body: { priority: 0 } });
    const stepDown = await call('POST', '/step-down', { body: { seconds: 10, catchUpSeconds: 1 } });
    expect(stepDown.json).toMatchObject({
      ...{ status: 409, code: 'STEP_DOWN_REFUSED' },
      errors: [{ code: 'NOBODY_CAUGHT_UP' }],
    });
    await byHost.get(other ?? '')?.start();
    await call('PATCH', `/members/${one ?? ''}`, { body: { priority: 1 } });
    await allUp(3);
  });

  it('answers LEASE_HELD while another change runs, with whose it is and until when', async () => {
    const leases = service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection<LeaseDocument>(LEASES_COLLECTION);
    const holder = { holder: 'somebody', fencingToken: 10_000, acquiredAt: new Date(), heartbeatAt: new Date() };
    await leases.updateOne({ _id: 'cluster-configuration' }, { $set: holder }, { upsert: true });
    const path = `/members/${third.host}`;
    for (const { json } of [await call('PATCH', path, { body: { tags: { a: 'b' } } }), await call('DELETE', path)])
      expect(json).toMatchObject({
        ...{ status: 409, code: 'LEASE_HELD', retryable: true },
        detail: expect.stringMatching(/is held by somebody since \S+; should that one be gone, it is free at 2\S+Z$/),
      });
    await leases.updateOne({ _id: 'cluster-configuration' }, { $set: { holder: null } });
    const change = { action: 'trial.of-the-lease', resource: 'nothing' };
    await service.app.get(ClusterChanges, { strict: false }).run(change, async () => {
      const { json: second } = await call('POST', '/step-down', { body: {} });
      expect(second).toMatchObject({
        code: 'LEASE_HELD',
        detail: expect.stringContaining('held by trial.of-the-lease on'),
      });
    });
  });

  it('writes each change into the audit trail, refused ones too', async () => {
    const entries = service.database.db.collection('audit_logs');
    const found = await entries.find({ action: /^replica-set\./ }).toArray();
    const told = found.map(({ action, outcome, role }) => `${String(action)} ${String(outcome)} ${String(role)}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'replica-set.add-member succeeded admin',
        'replica-set.give-votes succeeded admin',
        'replica-set.undo-add-member succeeded admin',
        'replica-set.update-member refused admin',
        'replica-set.step-down succeeded admin',
        'replica-set.remove-member succeeded admin',
      ]),
    );
    expect(found.every(({ resource }) => String(resource).startsWith('replica-set/members/'))).toBe(true);
  });

  it('POST members refuses a server that runs by itself', async () => {
    const alone = await members.add();
    const { json } = await call('POST', '/members', { body: { host: alone.host } });
    expect(json).toMatchObject({ status: 409, errors: [{ code: 'NOT_A_REPLICA' }] });
    await alone.stop();
  });
});

function codesOf({ json }: Answer): string[] {
  return (json?.['findings'] as { code: string }[]).map(({ code }) => code).sort();
}
