import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, loadConfig } from './config.ts';

const specs = {
  port: env.port('SERVICE_PORT', 8085),
  mode: env.oneOf('MODE', ['api', 'worker'], 'api'),
  uri: env.uri('DB_URI', ['mongodb', 'mongodb+srv']),
  password: env.secret('DB_PASSWORD'),
  path: env.text('DATA_PATH', { default: '/data', aliases: ['MOUNT_PATH'] }),
};

describe('loadConfig', () => {
  it('takes defaults', () => {
    expect(loadConfig(specs, {})).toEqual({
      port: 8085,
      mode: 'api',
      uri: undefined,
      password: undefined,
      path: '/data',
    });
  });

  it('reads aliases, and secrets from files without the last line break', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'password');
    writeFileSync(file, 's3cret\n');
    expect(loadConfig(specs, { DB_PASSWORD_FILE: file, MOUNT_PATH: '/mnt' })).toMatchObject({
      password: 's3cret',
      path: '/mnt',
    });
  });

  it('names every bad variable with an example, and never shows a secret', () => {
    const load = () => loadConfig(specs, { SERVICE_PORT: '80a', MODE: 'both', DB_URI: 'redis://user:hidden@host' });
    expect(load).toThrow(
      'SERVICE_PORT must be a whole number from 0 to 65535 (it is "80a"), for example SERVICE_PORT=8085; ' +
        'MODE must be one of api, worker (it is "both"), for example MODE=api; ' +
        'DB_URI must be a URI that starts with mongodb:// or mongodb+srv://, for example DB_URI=mongodb://host',
    );
    expect(load).not.toThrow('hidden');
  });

  it('says when a secret file cannot be read', () => {
    expect(() => loadConfig(specs, { DB_PASSWORD_FILE: '/nowhere/file' })).toThrow(
      'DB_PASSWORD_FILE cannot be read (ENOENT)',
    );
  });

  it('accepts a replica-set seed list', () => {
    const uri = 'mongodb://u:p@a:1,b:2,c:3/?replicaSet=lucid-rs';
    expect(loadConfig(specs, { DB_URI: uri }).uri).toBe(uri);
  });
});
