import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from './capture-port.ts';

/** The engines that can be captured here. */
export class Captures {
  private readonly byEngine: ReadonlyMap<BackupEngine, EngineCapture>;

  constructor(captures: readonly EngineCapture[]) {
    this.byEngine = new Map(captures.map((capture) => [capture.engine, capture]));
  }

  /**
   * Captures the engines one after the other; without a choice, all there are. A database or collections mean MongoDB alone.
   * @throws AppError BACKUP_ENGINE_UNSUPPORTED, and what a capture throws
   */
  async capture(
    engines: readonly BackupEngine[] | undefined,
    scope: CaptureScope,
    sink: SnapshotWriter,
    context: CaptureContext,
  ): Promise<Map<BackupEngine, CaptureOutcome>> {
    if (scope.database !== undefined && engines?.some((engine) => engine !== 'mongodb')) {
      throw new AppError('BACKUP_ENGINE_UNSUPPORTED', 'a database and collections are of MongoDB: leave `engines` out');
    }
    const wanted = scope.database === undefined ? (engines ?? [...this.byEngine.keys()]) : ['mongodb' as const];
    const outcomes = new Map<BackupEngine, CaptureOutcome>();
    for (const engine of wanted) {
      const capture = this.byEngine.get(engine);
      if (!capture) {
        const there = [...this.byEngine.keys()].join(', ');
        throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `${engine} cannot be backed up here yet; there is ${there}`);
      }
      outcomes.set(engine, await capture.capture(scope, sink, context));
    }
    return outcomes;
  }
}
