import { collectionName, isHiddenCollection, modelOfCollection, writableCollectionName } from './collection-names.ts';

describe('names of collections', () => {
  it.each(['', 'a\0b', 'a\ud800', 'a$b', 'system.views', '.a', 'a.', 'a..b', '__restore_1_a', 'é'.repeat(96)])(
    'refuses %j',
    (name) => {
      expect(() => collectionName(name)).toThrow(expect.objectContaining({ code: 'NAMESPACE_INVALID' }));
    },
  );

  it.each(['sessions', 'a.b', 'Ünïcode', 'with space', 'a'.repeat(191)])('takes %j', (name) => {
    expect(collectionName(name)).toBe(name);
  });

  it("lets nobody write the suite's own records", () => {
    expect(() => writableCollectionName('audit_logs')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: expect.stringContaining('no role may') }),
    );
    expect(collectionName('audit_logs')).toBe('audit_logs');
    expect(writableCollectionName('sessions')).toBe('sessions');
  });

  it('knows the models of the main database only', () => {
    expect(modelOfCollection('sessions')?.name).toBe('Session');
    expect(modelOfCollection('jobs')).toBeUndefined();
    expect(isHiddenCollection('system.profile')).toBe(true);
  });
});
