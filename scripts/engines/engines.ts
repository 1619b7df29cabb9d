import { systemClock } from '@lucid/core/clock';
import { findDocker } from './docker-source.ts';
import { startElasticsearch } from './elasticsearch.ts';
import { fromEnvironment, missingRoles, variablesOf } from './environment-source.ts';
import { startMongodb } from './mongodb.ts';
import { findElasticsearch, findMongod, findRedisServer } from './programs.ts';
import { startRedis } from './redis.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { ENGINE_NAMES, type EngineName, type StartedEngine } from './started-engine.ts';

export interface StartOptions {
  /** Default: all three. */
  only?: readonly EngineName[];
  /** The folder in which the scratch folder is made; default: the system's. */
  scratch?: string;
  /** No progress lines on the standard error. */
  quiet?: boolean;
  signal?: AbortSignal;
}

/** Engines that run. Those named by the environment are only passed on: `stop` leaves them alone. */
export interface RunningEngines {
  uris: { mongodb?: string; redisCache?: string; redisQueue?: string; elasticsearch?: string };
  /** MONGODB_URI, REDIS_URI, REDIS_QUEUE_URI, ELASTICSEARCH_URI …, to be added to the environment of whoever uses them. */
  env: Record<string, string>;
  /** Resolves with what happened when an engine process started here has ended by itself. */
  lost: Promise<string>;
  /** Stops what was started here and removes its data. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Gives real engines, from the first source that has them: the environment, containers, programs on the PATH, packages.
 * All or nothing: when one cannot be had, those already started are stopped. When this process dies, however it dies,
 * its engines die with it.
 * @throws AppError ENGINES_MISSING with all that was tried and the command to run
 */
export async function startEngines(options: StartOptions = {}): Promise<RunningEngines> {
  const say = options.quiet ? () => undefined : (line: string) => void process.stderr.write(`engines: ${line}\n`);
  const began = systemClock.monotonicMs();
  const named = fromEnvironment();
  const wanted = (options.only ?? ENGINE_NAMES).filter((engine) => variablesOf(engine).some((name) => !named[name]));
  if (wanted.length === 0) return running(named, [], undefined);

  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const docker = await findDocker(say);
  const scratch = await createScratch(options.scratch);
  const starting = wanted.map(async (engine) => {
    const context = { named, scratch, signal, say };
    const started = await (docker ? docker.start(engine, context) : startProgram(engine, context));
    say(`${engine} is ready after ${((systemClock.monotonicMs() - began) / 1000).toFixed(1)} s`);
    return started;
  });
  try {
    return running(named, await Promise.all(starting), scratch);
  } catch (error) {
    failed.abort(error);
    const settled = await Promise.allSettled(starting);
    const up = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await running({}, up, scratch).stop();
    throw error;
  }
}

interface ProgramContext {
  named: Record<string, string>;
  scratch: Scratch;
  signal: AbortSignal;
  say: (line: string) => void;
}

async function startProgram(
  engine: EngineName,
  { named, scratch, signal, say }: ProgramContext,
): Promise<StartedEngine> {
  if (engine === 'mongodb') return startMongodb(await findMongod({ say, signal }), scratch, signal);
  if (engine === 'elasticsearch') return startElasticsearch(await findElasticsearch({ say, signal }), scratch, signal);
  return startRedis(await findRedisServer({ say, signal }), missingRoles(named), scratch, signal);
}

function running(
  named: Record<string, string>,
  started: StartedEngine[],
  scratch: Scratch | undefined,
): RunningEngines {
  const env: Record<string, string> = Object.assign({}, named, ...started.map((engine) => engine.env));
  const daemons = started.flatMap((engine) => engine.daemons);
  const lost = new Promise<string>((tell) => {
    for (const daemon of daemons) void daemon.exited.then(() => tell(`the engine process ${daemon.pid} has ended`));
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // At once: their data go with them, so there is nothing for them to put in order.
    await Promise.all([...daemons.map((daemon) => daemon.stop(0)), ...started.map((engine) => engine.stop?.())]);
    await scratch?.remove();
  };
  return {
    uris: {
      mongodb: env.MONGODB_URI,
      redisCache: env.REDIS_URI,
      redisQueue: env.REDIS_QUEUE_URI,
      elasticsearch: env.ELASTICSEARCH_URI,
    },
    env,
    lost,
    stop: () => (stopping ??= stop()),
  };
}
