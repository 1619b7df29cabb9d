import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { BackupEngine, ConsistencyMode } from '@lucid/jobs/contracts/backup-create';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from './capture-port.ts';
import { EngineSink } from './engine-sink.ts';

/** Holds the writes of users, for a strict backup; answers how to let go, which may be called twice. */
export type WriteHold = () => Promise<() => Promise<void>>;

export interface CaptureRequest {
  /** Left out: all there are. */
  readonly engines?: readonly BackupEngine[] | undefined;
  readonly scope: CaptureScope;
  readonly consistency: ConsistencyMode;
  /** For `strict`. */
  readonly holdWrites: WriteHold;
  /** Go on without an engine that cannot be reached, as long as another one is captured. */
  readonly mayLack: boolean;
}

export interface CapturedEngines {
  readonly outcomes: ReadonlyMap<BackupEngine, CaptureOutcome>;
  /** Engines that were asked for and are not in the backup, with the reason. */
  readonly lacking: ReadonlyMap<BackupEngine, string>;
}

/** How long `strict` may hold the writes of users. */
const HOLD_LIMIT_MS = 60_000;

/** The engines that can be captured here. */
export class Captures {
  private readonly byEngine: ReadonlyMap<BackupEngine, EngineCapture>;

  constructor(captures: readonly EngineCapture[]) {
    this.byEngine = new Map(captures.map((capture) => [capture.engine, capture]));
  }

  /**
   * Captures the engines into one snapshot. Where MongoDB is among them it leads, unless each is to have its own time: its
   * documents are read, then the others are captured, then its end is fixed, so that nothing in them is newer than MongoDB.
   * @throws AppError BACKUP_ENGINE_UNSUPPORTED, and what a capture throws
   */
  async capture(request: CaptureRequest, sink: SnapshotWriter, context: CaptureContext): Promise<CapturedEngines> {
    const wanted = this.wantedEngines(request);
    const run = new CaptureRun(request, sink, context, wanted.length > 1);
    const lead = wanted.find(({ engine }) => engine === 'mongodb');
    const others = wanted.filter((capture) => capture !== lead);
    if (lead && others.length > 0 && request.consistency !== 'per-engine') await run.converge(lead, others);
    else for (const capture of wanted) await run.captureOne(capture, context);
    if (run.outcomes.size === 0) throw run.failure;
    return run;
  }

  private wantedEngines({ engines, scope }: CaptureRequest): EngineCapture[] {
    if (scope.database !== undefined && engines?.some((engine) => engine !== 'mongodb')) {
      throw new AppError('BACKUP_ENGINE_UNSUPPORTED', 'a database and collections are of MongoDB: leave `engines` out');
    }
    const wanted = scope.database === undefined ? (engines ?? [...this.byEngine.keys()]) : ['mongodb' as const];
    return wanted.map((engine) => {
      const capture = this.byEngine.get(engine);
      if (capture) return capture;
      const there = [...this.byEngine.keys()].join(', ');
      throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `${engine} cannot be backed up here; there is ${there}`);
    });
  }
}

class CaptureRun implements CapturedEngines {
  readonly outcomes = new Map<BackupEngine, CaptureOutcome>();
  readonly lacking = new Map<BackupEngine, string>();
  failure: unknown;
  private readonly request: CaptureRequest;
  private readonly sink: SnapshotWriter;
  private readonly context: CaptureContext;
  private readonly mayLack: boolean;

  constructor(request: CaptureRequest, sink: SnapshotWriter, context: CaptureContext, isOneOfMany: boolean) {
    this.request = request;
    this.sink = sink;
    this.context = context;
    this.mayLack = request.mayLack && isOneOfMany;
  }

  async converge(lead: EngineCapture, others: readonly EngineCapture[]): Promise<void> {
    const { consistency, holdWrites } = this.request;
    let letGo = (): Promise<void> => Promise.resolve();
    const beforeEnd = async (): Promise<void> => {
      if (consistency === 'strict') letGo = this.limited(await holdWrites());
      for (const capture of others) await this.captureOne(capture, this.context);
    };
    try {
      await this.captureOne(lead, { ...this.context, beforeEnd, afterEnd: () => letGo() });
    } finally {
      await letGo();
    }
  }

  async captureOne(capture: EngineCapture, context: CaptureContext): Promise<void> {
    const { engine } = capture;
    const scope = engine === 'mongodb' ? this.request.scope : {};
    const sink = new EngineSink(this.sink);
    try {
      this.outcomes.set(engine, await capture.capture(scope, sink, context));
    } catch (error) {
      // MongoDB is the system of record: a backup without it is none.
      if (!this.mayLack || engine === 'mongodb' || !isEngineAway(error)) throw error;
      context.signal.throwIfAborted();
      await sink.endOpen();
      this.failure = error;
      this.lacking.set(engine, `${engine} is not in this backup: ${(error as AppError).message}`);
      context.logger.warn({ err: error, engine }, 'the backup goes on without an engine');
    }
  }

  /** Writes are held for a bounded time: then they go on, and the engines are converged instead. */
  private limited(letGo: () => Promise<void>): () => Promise<void> {
    const { clock, logger, signal } = this.context;
    const ended = new AbortController();
    const limit = clock.sleep(HOLD_LIMIT_MS, AbortSignal.any([signal, ended.signal])).then(
      () => {
        logger.warn({ limitSeconds: HOLD_LIMIT_MS / 1_000 }, 'user writes go on before the strict backup has its end');
        return letGo();
      },
      () => undefined,
    );
    return async () => {
      ended.abort();
      await limit;
      await letGo();
    };
  }
}

function isEngineAway(error: unknown): boolean {
  const codes = ['REDIS_UNAVAILABLE', 'ELASTICSEARCH_UNAVAILABLE', 'ENGINE_UNSUITABLE', 'TIMEOUT'] as const;
  return codes.some((code) => isAppError(error, code));
}
