import { checkPayload } from '../job-payload.ts';
import { backupCreate } from './backup-create.ts';

describe('the engines of a backup', () => {
  it('are at least one: a backup of none is not everything, and not a success', async () => {
    await expect(checkPayload(backupCreate, { engines: [] })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '/engines' }],
    });
    await expect(checkPayload(backupCreate, { engines: ['redis'] })).resolves.toMatchObject({ engines: ['redis'] });
  });
});
