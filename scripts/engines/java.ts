import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { processEnvironment } from '@lucid/core/environment';
import { findOnPath } from './programs-on-path.ts';

/** Elasticsearch 8.11 supports Java 17 to 21. */
const OLDEST = 17;
const NEWEST = 21;

/** The home of a Java that Elasticsearch 8 runs on: from the environment, the PATH, or where Debian puts it. */
export async function findJavaHome(): Promise<string | undefined> {
  const { ES_JAVA_HOME, JAVA_HOME } = processEnvironment();
  const onPath = await findOnPath('java');
  const places = [ES_JAVA_HOME, JAVA_HOME, onPath && dirname(dirname(await realpath(onPath)))];
  const installed = await readdir('/usr/lib/jvm').catch(() => []);
  places.push(...installed.map((name) => join('/usr/lib/jvm', name)));
  for (const home of places) {
    if (!home) continue;
    const major = await majorVersion(home);
    if (major !== undefined && major >= OLDEST && major <= NEWEST) return home;
  }
  return undefined;
}

/** From the `release` file that every JDK and JRE since 9 carries. */
async function majorVersion(home: string): Promise<number | undefined> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  const version = /^JAVA_VERSION="(\d+)/m.exec(release)?.[1];
  return version === undefined ? undefined : Number(version);
}
