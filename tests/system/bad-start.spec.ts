import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { isAppError } from '@lucid/core/app-error';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';

/** Starts a service that is expected to end at once; what it wrote on its standard error. */
async function failToStart(name: string, extra: Record<string, string | undefined>): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'error', ...extra };
  try {
    await runProgram(process.execPath, [repositoryPath('apps', name, 'dist', 'main.js')], { env, timeoutMs: 180_000 });
  } catch (error) {
    if (isAppError(error) && error.cause instanceof Error) {
      return error.cause.message.slice(process.execPath.length + 2);
    }
    throw error;
  }
  throw new Error(`${name} started`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

describe('a service that cannot start says why in one line', () => {
  let folder: string;
  let good: Record<string, string>;
  let blocker: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-start-'));
    const [port, metrics, taken] = await freePorts(3);
    blocker = createServer().listen(taken, '127.0.0.1');
    good = {
      STORAGE_API_PORT: String(port),
      BACKUP_SERVICE_PORT: String(port),
      METRICS_PORT: String(metrics),
      TAKEN: String(taken),
      BACKUP_STORAGE_PATH: join(folder, 'backups'),
      BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
      MONGODB_DATABASE: `test_${randomBytes(4).toString('hex')}`,
    };
    good['CONTROL_DATABASE'] = `${good['MONGODB_DATABASE']}_control`;
  });

  afterAll(async () => {
    blocker.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a bad variable: its name, the problem, an example', async () => {
    const text = await failToStart('storage-api', { ...good, STORAGE_API_PORT: 'eighty' });
    expect(lastLine(text)).toBe(
      'storage-api: configuration: STORAGE_API_PORT must be a whole number from 0 to 65535 (it is "eighty"), for example STORAGE_API_PORT=8085',
    );
  });

  it('a port in use', async () => {
    const text = await failToStart('storage-api', { ...good, STORAGE_API_PORT: good['TAKEN'] });
    expect(lastLine(text)).toContain(`port ${good['TAKEN']} is in use`);
  });

  it('no master key', async () => {
    const text = await failToStart('backup-service', { ...good, BACKUP_MASTER_KEY: undefined });
    expect(lastLine(text)).toMatch(/^backup-service: configuration: BACKUP_MASTER_KEY is not set/);
  });

  it('a storage path that is a file', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const text = await failToStart('backup-service', { ...good, BACKUP_STORAGE_PATH: file });
    expect(lastLine(text)).toMatch(/^backup-service: configuration: BACKUP_STORAGE_PATH cannot be used as a folder/);
  });

  it('MongoDB cannot be reached', async () => {
    const uri = 'mongodb://127.0.0.1:1/?replicaSet=lucid-rs';
    const text = await failToStart('storage-api', { ...good, MONGODB_URI: uri });
    expect(lastLine(text)).toMatch(/^storage-api: cannot start: .*\[MONGODB_UNAVAILABLE\]$/);
    expect(text).not.toContain('127.0.0.1:1');
  });

  it('a queue on a Redis that evicts', async () => {
    const text = await failToStart('storage-api', { ...good, REDIS_QUEUE_URI: process.env['REDIS_URI'] });
    expect(lastLine(text)).toMatch(/^storage-api: cannot start: .*noeviction.*\[ENGINE_UNSUITABLE\]$/);
  });

  it('a key that does not open the repository', async () => {
    const suiteKey = { ...good, BACKUP_STORAGE_PATH: join(folder, 'owned') };
    const { startServiceProcess } = await import('../../scripts/services/services.ts');
    const first = await startServiceProcess(
      'backup-service',
      { ...process.env, NODE_OPTIONS: '', ...suiteKey },
      folder,
    );
    await first.daemon.stop();
    const other = randomBytes(32).toString('base64');
    const text = await failToStart('backup-service', { ...suiteKey, BACKUP_MASTER_KEY: other });
    expect(lastLine(text)).toMatch(/^backup-service: cannot start: .*\[REPOSITORY_KEY_WRONG\]$/);
    expect(text).not.toContain(other);
  });
});
