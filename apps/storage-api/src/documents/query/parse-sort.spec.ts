import { parseSort } from './parse-sort.ts';

describe('parseSort', () => {
  it('takes fields, descending with a minus', () => {
    expect(parseSort('-created_at,name,a.b')).toEqual([
      ['created_at', -1],
      ['name', 1],
      ['a.b', 1],
    ]);
    expect(parseSort('')).toEqual([]);
    expect(parseSort('host:port')).toEqual([['host:port', 1]]);
  });

  it.each([
    'total:-1',
    'total:1',
    'total:desc',
    'total desc',
    'name,total:ascending',
    '{"total":-1}',
    ' total',
    '["total",-1]',
  ])('refuses %j, which other systems take, and says how it is written', (text) => {
    expect(() => parseSort(text)).toThrow(
      expect.objectContaining({
        ...{ code: 'VALIDATION_FAILED', message: expect.stringContaining('-total') },
        errors: [expect.objectContaining({ pointer: '/sort' })],
      }),
    );
  });

  it.each(['a,,b', 'a,a', 'a,-a', '$where', 'a..b', 'a,b,c,d,e,f,g,h,i'])('refuses %j', (text) => {
    expect(() => parseSort(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });
});
