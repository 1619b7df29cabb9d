import { missingRoles } from './environment-source.ts';
import type { Scratch } from './scratch.ts';
import type { EngineName, StartedEngine } from './started-engine.ts';

export interface DockerSource {
  start(
    engine: EngineName,
    context: { named: Record<string, string>; scratch: Scratch; signal: AbortSignal },
  ): Promise<StartedEngine>;
}

/** Official images, where a Docker engine of this machine answers; undefined where none does. */
export async function findDocker(say: (line: string) => void): Promise<DockerSource | undefined> {
  // Imported here because it loads a whole Docker client, which whoever names his engines does not need.
  const containers = await import('./containers.ts');
  if (!(await containers.hasDocker(say))) return undefined;
  say('a Docker engine answers: using the official images');
  return {
    async start(engine, { named, scratch, signal }) {
      if (engine === 'mongodb') return containers.startMongodbContainer(signal);
      if (engine === 'elasticsearch') return containers.startElasticsearchContainer(scratch);
      const both = await Promise.all(missingRoles(named).map((role) => containers.startRedisContainer(role)));
      return {
        env: Object.assign({}, ...both.map((one) => one.env)),
        daemons: [],
        stop: async () => void (await Promise.all(both.map((one) => one.stop?.()))),
      };
    },
  };
}
