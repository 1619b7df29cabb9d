import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksumOf } from '../checksum.ts';
import { MIGRATION_NAME } from '../migration.ts';
import { ALL_VERSIONS } from './all-versions.ts';
import { CHECKSUMS } from './checksums.ts';

const FOLDER = import.meta.dirname;
const files = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.ts$/.test(file));

describe('the migrations', () => {
  it('are the files of this folder, in order, each version once', () => {
    const names = ALL_VERSIONS.map(({ migration }) => migration.name);
    expect(names).toEqual(files.map((file) => file.replace('.ts', '')).sort());
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(MIGRATION_NAME);
  });

  it.each(files)('%s has the checksum that is stored where it was applied', (file) => {
    expect(CHECKSUMS[file.replace('.ts', '')]).toBe(checksumOf(readFileSync(join(FOLDER, file), 'utf8')));
  });

  it('have steps with keys of their own', () => {
    for (const { migration } of ALL_VERSIONS) {
      const keys = migration.steps.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9-]{1,60}$/);
    }
  });
});
