import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { NO_ASSURANCE } from './assurances.ts';
import { Repository } from './repository.ts';

describe('what was found out about snapshots', () => {
  let folder: string;
  let repository: Repository;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-assurances-'));
    const options = { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 } as const;
    repository = await Repository.create(await FileObjectStore.open(folder), options);
  });
  afterEach(async () => {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  const verified = { verifiedAt: '2026-01-09T14:03:10.000Z', verifiedLevel: 'plaintext' };
  const records = (): Promise<string[]> => readdir(join(folder, 'verified', 'bkp_1'));

  it('is kept beside them, one record each, and known to whoever opens the repository', async () => {
    const assurances = repository.assurances();
    expect(await assurances.find('bkp_1')).toEqual(NO_ASSURANCE);
    await assurances.change('bkp_1', verified);
    const drilled = { drilledAt: '2026-01-10T00:00:00.000Z', drillOk: true, drillSeconds: 4.5 };
    await assurances.change('bkp_1', drilled);
    expect(await records()).toHaveLength(1);
    expect(await repository.assurances().find('bkp_1')).toEqual({ ...verified, ...drilled });
    expect(await assurances.ids()).toEqual(['bkp_1']);
    await assurances.change('bkp_1', { verifiedAt: null, verifiedLevel: null });
    expect(await assurances.find('bkp_1')).toEqual({ ...NO_ASSURANCE, ...drilled });
  });

  it('goes with the snapshot', async () => {
    await repository.assurances().change('bkp_1', verified);
    await repository.removeSnapshot('bkp_1');
    expect(await repository.assurances().ids()).toEqual([]);
  });

  it('says nothing where it was changed, or is of another snapshot', async () => {
    await repository.assurances().change('bkp_1', verified);
    const [name = ''] = await records();
    const path = join(folder, 'verified', 'bkp_1', name);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('plaintext', 'ciphertext'));
    expect(await repository.assurances().find('bkp_1')).toEqual(NO_ASSURANCE);
    await repository.assurances().change('bkp_2', verified);
    await writeFile(path, await readFile(join(folder, 'verified', 'bkp_2', '00000001'), 'utf8'));
    expect(await repository.assurances().find('bkp_1')).toEqual(NO_ASSURANCE);
  });
});
