import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Decimal128, Long } from 'mongodb';
import mongoose from 'mongoose';
import { allModels, MODEL_CLASSES } from './all-models.ts';
import { fieldsOf } from './field-spec.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { Block } from './main/blocks.ts';
import { Metric } from './main/metrics.ts';
import { Session } from './main/sessions.ts';
import { Transaction } from './main/transactions.ts';
import { User } from './main/users.ts';
import { modelOf } from './model.ts';
import { mongooseSchemaOf } from './mongoose-schema.ts';
import { searchMappingOf } from './search-mapping.ts';

/** Requirements, section 2: what each collection must have. */
const REQUIRED: Record<string, string> = {
  users: 'user_id email tron_address created_at',
  sessions: 'session_id user_id status',
  manifests: 'manifest_id session_id chunks merkle_root',
  blocks: 'block_id height previous_hash merkle_root',
  transactions: 'tx_id from to amount status signature created_at',
  trust_policies: 'policy_id name rules version',
  wallets: 'wallet_id user_id address balance',
  auth_tokens: 'token_hash user_id kind expires_at',
  rate_limits: 'subject window count',
  audit_logs: 'at actor action resource outcome correlation_id',
  system_config: 'key value',
  metrics: 'time source value',
  logs: 'time source value',
  events: 'time source value',
  reports: 'time source value',
  alerts: 'time source value',
};
const CONTROL =
  `jobs leases idempotency_keys schedules migrations volumes volume_samples api_keys sync_states dead_letters
  alert_states erasure_ledger repositories verification_samples`.split(/\s+/);
const CRITICAL = ['users', 'wallets', 'transactions', 'blocks', 'trust_policies', ...CONTROL];

describe('the models', () => {
  it('are those of the requirements, each once', () => {
    const names = allModels().map(({ database, collection }) => `${database}.${collection}`);
    const wanted = [...Object.keys(REQUIRED), 'backups'].map((name) => `main.${name}`);
    expect(names.sort()).toEqual([...wanted, ...CONTROL.map((name) => `control.${name}`)].sort());
  });

  it.each(Object.entries(REQUIRED))('%s requires %s', (collection, fields) => {
    const model = MODEL_CLASSES.find((candidate) => modelOf(candidate).collection === collection);
    const required = fieldsOf(model as typeof User).filter((spec) => !spec.optional);
    expect(required.map((spec) => spec.name).sort()).toEqual(fields.split(' ').sort());
  });

  it('say which collections are critical', () => {
    for (const { collection, critical } of allModels()) {
      if (CRITICAL.includes(collection)) expect({ collection, critical }).toEqual({ collection, critical: true });
    }
  });

  it('name every index once in its collection', () => {
    for (const { indexes } of allModels()) expect(new Set(indexes.map(({ name }) => name)).size).toBe(indexes.length);
  });

  it('make a schema that mongoose takes, with a path for each field', () => {
    for (const model of MODEL_CLASSES) {
      const schema = mongooseSchemaOf(model, modelOf(model).collection);
      for (const { name } of fieldsOf(model)) expect(schema.path(name)).toBeDefined();
    }
  });
});

describe('one field', () => {
  it('gives the validator', () => {
    expect(jsonSchemaOf(Session)['properties']).toMatchObject({
      status: { enum: ['active', 'completed', 'failed'] },
      merkle_root: { bsonType: ['string', 'null'] },
      chunks: { bsonType: 'array', items: { bsonType: 'object', required: ['index', 'hash', 'size'] } },
    });
    expect(jsonSchemaOf(Block)['properties']).toMatchObject({
      height: { bsonType: ['int', 'long', 'double'], multipleOf: 1, minimum: 0 },
    });
    expect(modelOf(Metric).validator).toBeNull();
  });

  it('gives the search mapping, without what must not be searched', () => {
    const mapping = searchMappingOf(User);
    expect(mapping.properties['email']).toEqual({
      type: 'text',
      fields: { keyword: { type: 'keyword', ignore_above: 1024 } },
    });
    expect(mapping.properties['roles']).toMatchObject({ type: 'keyword' });
    expect(Object.keys(mapping.properties)).not.toContain('authentication');
    expect(mapping._source).toEqual({ excludes: ['hardware_wallet', 'profile', 'authentication'] });
    const blocks = searchMappingOf(Block);
    expect(blocks.properties['transactions']).toMatchObject({
      type: 'nested',
      properties: { from: { type: 'keyword' } },
    });
    expect(blocks._source).toEqual({ excludes: ['transactions.signature'] });
  });

  it('gives the rules of class-validator, nested ones too', () => {
    const valid = { session_id: 's', user_id: 'u', status: 'active', chunks: [{ index: 0, hash: 'h', size: 1 }] };
    expect(problemsOf(Session, valid)).toEqual([]);
    expect(problemsOf(Session, { ...valid, status: 'odd', user_id: 5 })).toEqual(['user_id', 'status']);
    expect(problemsOf(Session, { ...valid, chunks: [{ index: 0.5, hash: 'h', size: 1 }] })).toEqual(['chunks']);
    expect(problemsOf(Session, { ...valid, chunks: [{ index: 0, size: 1 }] })).toEqual(['chunks']);
    expect(problemsOf(User, { user_id: 'u', email: 'none', tron_address: 'T', created_at: 'never' })).toEqual([
      'email',
      'created_at',
    ]);
  });

  it('takes a decimal as a Decimal128 or as text, never as a double', () => {
    const transfer = {
      tx_id: 't',
      from: 'a',
      to: 'b',
      status: 'x',
      signature: 's',
      created_at: '2025-01-01T00:00:00Z',
    };
    for (const amount of [Decimal128.fromString('1.5'), '12.000001'])
      expect(problemsOf(Transaction, { ...transfer, amount })).toEqual([]);
    for (const amount of [1.5, 'much', null])
      expect(problemsOf(Transaction, { ...transfer, amount })).toEqual(['amount']);
  });

  it('hands on what a free object holds, as it is', () => {
    const hardware_wallet = { deep: [Decimal128.fromString('1'), { at: Long.fromNumber(5) }] };
    const user = plainToInstance(User, { hardware_wallet });
    expect(user.hardware_wallet).toBe(hardware_wallet);
  });

  it('gives a mongoose document that keeps numbers exact', async () => {
    const SomeModel = mongoose.createConnection().model('blocks', mongooseSchemaOf(Block, 'blocks'));
    const block = new SomeModel({ block_id: 'b', height: 1.5, previous_hash: '0', merkle_root: 'm' });
    await expect(block.validate()).rejects.toMatchObject({ errors: { height: expect.anything() as unknown } });
    block.set({ height: 2 ** 40, transactions: [{ tx_id: 't', amount: Decimal128.fromString('0.1') }] });
    await block.validate();
    expect(String(block.get('transactions.0.amount'))).toBe('0.1');
    expect(Long.fromNumber(block.get('height') as number).toString()).toBe('1099511627776');
  });
});

function problemsOf(model: new () => object, value: object): string[] {
  return validateSync(plainToInstance(model, value)).map(({ property }) => property);
}
