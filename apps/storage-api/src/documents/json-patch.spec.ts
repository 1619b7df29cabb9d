import { applyJsonPatch, parseJsonPatch } from './json-patch.ts';

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const patched = (document: unknown, ...operations: unknown[]): unknown =>
  applyJsonPatch(copyOf(document), parseJsonPatch(operations));

const refused = (document: unknown, operation: object): void => {
  const before = copyOf(document);
  expect(() => applyJsonPatch(before, parseJsonPatch([operation]))).toThrow(
    expect.objectContaining({ code: 'PATCH_REFUSED' }),
  );
  expect(before).toEqual(document);
};

describe('applyJsonPatch', () => {
  const document = { n: 1, text: 'abc', list: [1, { a: 2 }, 3], o: { a: 1 } };

  it('applies each kind of operation', () => {
    expect(patched(document, { op: 'add', path: '/list/-', value: 4 })).toHaveProperty('list.3', 4);
    expect(patched(document, { op: 'add', path: '/list/3', value: 4 })).toHaveProperty('list.3', 4);
    expect(patched(document, { op: 'remove', path: '/list/0' })).toHaveProperty('list', [{ a: 2 }, 3]);
    expect(patched(document, { op: 'replace', path: '/o/a', value: null })).toHaveProperty('o', { a: null });
    expect(patched(document, { op: 'move', from: '/list/1/a', path: '/moved' })).toMatchObject({
      moved: 2,
      list: [1, {}, 3],
    });
    expect(patched(document, { op: 'copy', from: '', path: '/o/whole' })).toMatchObject({ o: { whole: document } });
    expect(patched(document, { op: 'test', path: '', value: document })).toEqual(document);
    expect(patched(document, { op: 'replace', path: '', value: { b: 1 } })).toEqual({ b: 1 });
  });

  it('leaves a copy and what it was copied from apart', () => {
    const copied = patched(document, { op: 'copy', from: '/o', path: '/p' }, { op: 'replace', path: '/p/a', value: 9 });
    expect(copied).toMatchObject({ o: { a: 1 }, p: { a: 9 } });
  });

  it.each(['/n/x', '/text/0', '/text/length', '/text/x/y', '/nope/x'])(
    'refuses %s, whose holder holds nothing',
    (path) => {
      refused(document, { op: 'add', path, value: 1 });
      refused(document, { op: 'replace', path, value: 1 });
      refused(document, { op: 'remove', path });
    },
  );

  it('knows no property of a list but its items', () => {
    for (const part of ['length', '-', '-1', '01', '1e0', '1.5', '3', 'x', 'push'])
      refused(document, { op: 'replace', path: `/list/${part}`, value: 0 });
    refused(document, { op: 'test', path: '/list/length', value: 3 });
    refused(document, { op: 'copy', from: '/list/length', path: '/x' });
    refused(document, { op: 'add', path: '/list/4', value: 0 });
  });

  it('reaches nothing that objects inherit', () => {
    for (const part of ['toString', 'hasOwnProperty', 'valueOf']) {
      refused(document, { op: 'add', path: `/o/${part}/call`, value: 1 });
      refused(document, { op: 'remove', path: `/o/${part}` });
      refused(document, { op: 'move', from: `/o/${part}`, path: '/x' });
      expect(patched(document, { op: 'add', path: `/o/${part}`, value: 1 })).toHaveProperty(['o', part], 1);
    }
    expect(Object.hasOwn(Object.prototype.toString, 'call')).toBe(false);
  });

  it('looks for the target of a move after the removal', () => {
    refused({ list: [1, { a: 2 }, 3] }, { op: 'move', from: '/list', path: '/list/0' });
    expect(() => patched(document, { op: 'move', from: '/list/0', path: '/list/1/a' })).toThrow(
      expect.objectContaining({ code: 'PATCH_REFUSED' }),
    );
    expect(patched({ list: [1, 2, { a: 2 }] }, { op: 'move', from: '/list/0', path: '/list/1/b' })).toEqual({
      list: [2, { a: 2, b: 1 }],
    });
  });
});
