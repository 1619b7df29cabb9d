import { randomBytes } from 'node:crypto';
import { parseMasterKey } from '@lucid/archive/master-key';
import { loadConfig } from '@lucid/core/config';
import fc from 'fast-check';
import { mayHoldData } from './repository-definition.ts';
import { checkRepositorySettings, parseBandwidth, repositorySettings } from './repository-settings.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

const newKey = () => parseMasterKey(randomBytes(32).toString('hex'));

describe('sealed access keys', () => {
  it('open with the key that sealed them, also once it is a previous one', () => {
    const [earlier, present] = [newKey(), newKey()];
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        const sealed = sealSecret(text, 'repository a', earlier);
        expect(openSecret(sealed, 'repository a', [present, earlier])).toBe(text);
        expect(sealed.text).not.toContain(text.length > 8 ? text : '\0');
      }),
    );
  });

  it('open under no other name, with no other key, and not changed by a bit', () => {
    const key = newKey();
    const sealed = sealSecret('access and secret', 'repository a', key);
    expect(() => openSecret(sealed, 'repository b', [key])).toThrow('damaged');
    expect(() => openSecret(sealed, 'repository a', [newKey()])).toThrow('None of the configured master keys');
    const bytes = Buffer.from(sealed.text, 'base64');
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1 << (i % 8);
      expect(() => openSecret({ ...sealed, text: changed.toString('base64') }, 'repository a', [key])).toThrow(
        'damaged',
      );
    }
    expect(() => openSecret({ ...sealed, text: '' }, 'repository a', [key])).toThrow('damaged');
  });
});

describe('a bandwidth limit', () => {
  it.each([
    ['50MB', 50_000_000],
    ['1.5GB', 1_500_000_000],
    ['800 KiB', 819_200],
    ['2mib/s', 2_097_152],
    ['5000', 5000],
    ['5000B', 5000],
  ])('%s is %d bytes a second', (text, bytes) => {
    expect(parseBandwidth(text)).toBe(bytes);
  });

  it.each(['', 'fast', '-5MB', '50 M B', '50Mbit', '999', '0', '1e9', '99999999999GB'])('is not %j', (text) => {
    expect(parseBandwidth(text)).toBeUndefined();
  });

  it('is named with an example where it is wrong', () => {
    expect(() => loadConfig(repositorySettings, { BACKUP_BANDWIDTH_LIMIT: 'fast' })).toThrow(
      'BACKUP_BANDWIDTH_LIMIT must be bytes a second with a unit, at least 1KB, or off (it is "fast"), for example BACKUP_BANDWIDTH_LIMIT=50MB',
    );
  });
});

describe('the settings of a bucket', () => {
  const check = (environment: Record<string, string>) =>
    checkRepositorySettings(loadConfig(repositorySettings, environment));
  const whole = { BACKUP_S3_BUCKET: 'b', BACKUP_S3_ACCESS_KEY: 'a', BACKUP_S3_SECRET_KEY: 's' };

  it('come together or not at all', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check(whole)).not.toThrow();
    for (const name of Object.keys(whole)) {
      const { [name]: _, ...rest } = whole as Record<string, string>;
      expect(() => check(rest)).toThrow('must be set together');
    }
    expect(() => check({ BACKUP_S3_ENDPOINT: 'https://s3.example.com' })).toThrow('must be set together');
  });
});

describe('residency', () => {
  const cases: [string | undefined, string | undefined, 'strict' | 'open', boolean, boolean][] = [
    ['eu', 'eu', 'strict', false, true],
    ['us', 'eu', 'strict', false, false],
    ['us', 'eu', 'strict', true, true],
    ['us', 'eu', 'open', false, true],
    [undefined, 'eu', 'strict', false, true],
    ['us', undefined, 'strict', false, true],
  ];
  it.each(cases)(
    'repository %s, cluster %s, %s, leavesRegion %s: %s',
    (region, dataRegion, dataResidency, leavesRegion, may) => {
      expect(mayHoldData({ region, leavesRegion }, { dataRegion, dataResidency })).toBe(may);
    },
  );
});
