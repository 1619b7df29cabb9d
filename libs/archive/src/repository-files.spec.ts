import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { describeRepository } from './repository.conformance.ts';

const roots: string[] = [];

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

describeRepository('files', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lucid-repository-'));
  roots.push(root);
  return FileObjectStore.open(root);
});
