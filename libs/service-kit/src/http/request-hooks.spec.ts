import { correlationIdOf } from './request-hooks.ts';

describe('correlationIdOf', () => {
  it('takes a harmless X-Request-Id', () => {
    expect(correlationIdOf({ 'x-request-id': 'abc-123_X.1' })).toBe('abc-123_X.1');
  });

  it.each(['a b', 'x\ny', '', 'a'.repeat(65), '{"level":"error"}'])('replaces %j', (given) => {
    expect(correlationIdOf({ 'x-request-id': given })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes the trace id of a W3C traceparent', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(correlationIdOf({ traceparent })).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });
});
