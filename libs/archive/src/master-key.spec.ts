import { randomBytes } from 'node:crypto';
import { parseMasterKey } from './master-key.ts';

describe('parseMasterKey', () => {
  it('reads hex, base64 and base64url, padded or not, to the same key', () => {
    for (let i = 0; i < 50; i++) {
      const bytes = randomBytes(32);
      const texts = [
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        bytes.toString('base64'),
        bytes.toString('base64url'),
      ];
      for (const text of [...texts, `${texts[2]}\n`]) expect(parseMasterKey(text).bytes).toEqual(bytes);
      expect(new Set(texts.map((text) => parseMasterKey(text).id)).size).toBe(1);
    }
  });

  it.each([
    '',
    'secret',
    'ab'.repeat(31),
    'ab'.repeat(33),
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    '00'.repeat(32),
  ])('refuses %j, names the variable and does not repeat the value', (text) => {
    const attempt = (): unknown => parseMasterKey(text, 'BACKUP_PREVIOUS_KEYS');
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('BACKUP_PREVIOUS_KEYS') }),
    );
    if (text) expect(attempt).not.toThrow(text);
  });
});
