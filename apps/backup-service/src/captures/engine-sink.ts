import type {
  JsonValue,
  SnapshotSummary,
  SnapshotWriter,
  StreamKind,
  StreamWriter,
} from '@lucid/archive/snapshot-types';

/** The part of a snapshot that one engine writes: what it leaves open can be ended, so that the rest can be committed. */
export class EngineSink implements SnapshotWriter {
  readonly id: string;
  private readonly sink: SnapshotWriter;
  private readonly open = new Set<StreamWriter>();

  constructor(sink: SnapshotWriter) {
    this.id = sink.id;
    this.sink = sink;
  }

  openStream(name: string, options: { kind: StreamKind }): StreamWriter {
    const stream = this.sink.openStream(name, options);
    this.open.add(stream);
    return {
      write: (buffer) => stream.write(buffer),
      end: async (meta) => {
        const summary = await stream.end(meta);
        this.open.delete(stream);
        return summary;
      },
    };
  }

  /** Ends the streams that a failed capture left; no manifest names them. */
  async endOpen(): Promise<void> {
    for (const stream of this.open) await stream.end({ abandoned: true });
    this.open.clear();
  }

  commit(meta: JsonValue): Promise<SnapshotSummary> {
    return this.sink.commit(meta);
  }

  abort(): Promise<void> {
    return this.sink.abort();
  }
}
