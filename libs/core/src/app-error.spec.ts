import { AppError, fromSystemError, isAppError } from './app-error.ts';

describe('AppError', () => {
  it('takes status and retryable from the registry', () => {
    const error = new AppError('LEASE_HELD', 'held by worker-1');
    expect(error.toStored()).toEqual({
      code: 'LEASE_HELD',
      status: 409,
      title: 'Somebody else is changing this now',
      detail: 'held by worker-1',
      retryable: true,
    });
  });

  it('keeps the fields that are wrong', () => {
    const errors = [{ pointer: '/name', code: 'REQUIRED', message: 'name is missing' }];
    expect(new AppError('VALIDATION_FAILED', 'one field is wrong', { errors }).toStored().errors).toEqual(errors);
  });
});

describe('fromSystemError', () => {
  it('turns a full disk into STORAGE_FULL and keeps the cause', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const error = fromSystemError(cause, 'the backup repository');
    expect(isAppError(error, 'STORAGE_FULL')).toBe(true);
    expect((error as AppError).cause).toBe(cause);
  });

  it('leaves other errors alone', () => {
    const error = new Error('something else');
    expect(fromSystemError(error, 'x')).toBe(error);
  });
});
