import { AppError } from '@lucid/core/app-error';
import { fromHttpError, toProblem, toShownError } from './problem.ts';

const unknownDriver = (): undefined => undefined;

describe('toProblem', () => {
  it('is a problem document of RFC 9457 with code, correlation id and whether to try again', () => {
    const error = new AppError('LEASE_HELD', 'held by backup_1');
    expect(toProblem(error, '/api/v1/backups', 'abc')).toEqual({
      type: '/problems/LEASE_HELD',
      title: 'Somebody else is changing this now',
      status: 409,
      detail: 'held by backup_1',
      instance: '/api/v1/backups',
      code: 'LEASE_HELD',
      correlationId: 'abc',
      retryable: true,
    });
  });
});

describe('toShownError', () => {
  it('says nothing of what an unknown error says', () => {
    const shown = toShownError(new Error('connect ECONNREFUSED db.internal:27017 password=x'), unknownDriver);
    expect(shown.code).toBe('INTERNAL');
    expect(JSON.stringify(toProblem(shown, '/', 'id'))).not.toMatch(/db\.internal|password|ECONNREFUSED/);
  });

  it('asks the drivers first', () => {
    const known = new AppError('DUPLICATE_KEY', 'email is taken');
    expect(toShownError(new Error('E11000'), () => known)).toBe(known);
  });
});

describe('fromHttpError', () => {
  it.each([
    [{ statusCode: 400, code: 'FST_ERR_CTP_INVALID_JSON_BODY', message: 'Body is not valid JSON' }, 'MALFORMED_BODY'],
    [{ statusCode: 413, message: 'Request body is too large' }, 'PAYLOAD_TOO_LARGE'],
    [{ statusCode: 415, message: 'Unsupported Media Type' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ status: 404, message: 'Cannot GET /x' }, 'NOT_FOUND'],
  ])('%j becomes %s', (error, code) => {
    expect(fromHttpError(error)?.code).toBe(code);
  });

  it('names the types that a route takes', () => {
    const error = { statusCode: 415, message: 'Unsupported Media Type' };
    expect(fromHttpError(error)?.message).toBe('send Content-Type: application/json');
    expect(fromHttpError(error, ['text/csv', 'text/plain'])?.message).toBe('send Content-Type: text/csv or text/plain');
  });

  it('leaves server errors to the others', () => {
    expect(fromHttpError({ statusCode: 500 })).toBeUndefined();
    expect(fromHttpError(new Error('x'))).toBeUndefined();
  });
});
