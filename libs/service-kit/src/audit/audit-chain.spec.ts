import { ChainCheck, newChain, sealEntries, type AuditEntry, type SealedEntry } from './audit-chain.ts';

const entry = (n: number): AuditEntry => ({
  at: new Date(1_767_225_600_000 + n),
  ...{ actor: 'key_1', role: 'admin', action: 'DELETE /api/v1/backups/:id', resource: `/api/v1/backups/bkp_${n}` },
  ...{ outcome: 'succeeded', status: 202, code: null, correlation_id: `c${n}`, service: 'storage-api' },
});

function check(entries: readonly SealedEntry[], seq: number): string[] {
  const found = new ChainCheck('a');
  for (const one of entries) found.add(one);
  found.end({ chain: 'a', seq, hash: '' });
  return found.breaks.map((broken) => `${broken.seq} ${broken.reason}`);
}

describe('a chain of audit entries', () => {
  const first = sealEntries([entry(1), entry(2)], newChain('a'));
  const sealed = [...first, ...sealEntries([entry(3), entry(4)], first[1]!)];

  it('goes on where it was, and is found whole', () => {
    expect(sealed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(sealed.map(({ prev_hash }) => prev_hash)).toEqual(['', ...sealed.slice(0, 3).map(({ hash }) => hash)]);
    expect(check(sealed, 4)).toEqual([]);
  });

  it('may have lost its oldest entries, which expire, and be further than its head says', () => {
    expect(check(sealed.slice(2), 4)).toEqual([]);
    expect(check(sealed, 3)).toEqual([]);
  });

  it('shows what was changed, taken out, put in another place or cut off', () => {
    const changed = sealed.map((one) => (one.seq === 2 ? { ...one, actor: 'key_2' } : one));
    expect(check(changed, 4)).toEqual(['2 changed']);
    const resealed = [sealed[0]!, ...sealEntries([{ ...entry(2), actor: 'key_2' }], sealed[0]!), ...sealed.slice(2)];
    expect(check(resealed, 4)).toEqual(['3 changed']);
    expect(check([sealed[0]!, ...sealed.slice(2)], 4)).toEqual(['2 missing']);
    expect(check(sealed.slice(0, 2), 4)).toEqual(['3 cut off']);
    expect(check([], 4)).toEqual(['1 cut off']);
  });
});
