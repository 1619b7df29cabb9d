import { isAppError } from '@lucid/core/app-error';
import { abortable } from './abortable.ts';
import { type RawReadOptions, readCollection } from './raw-reader.ts';
import { serverCodeOf } from './server-reply-error.ts';
import type { WireConnection } from './wire-connection.ts';

/**
 * Connections that are used again, one for each call under way: to whatever `connect` leads to at that moment, so that after a change of
 * primary the next call finds the new one. Nothing is retried here. Call `close` at the end.
 */
export class WirePool {
  private readonly idle: WireConnection[] = [];
  private isClosed = false;
  private readonly connect: () => Promise<WireConnection>;

  constructor(connect: () => Promise<WireConnection>) {
    this.connect = connect;
  }

  /**
   * Runs `action` with a connection of its own. One that failed is given up; an abort ends the wait for one at once.
   * @throws what `connect` and `action` throw; the signal's reason
   */
  async use<T>(signal: AbortSignal | undefined, action: (connection: WireConnection) => Promise<T>): Promise<T> {
    const connection = await this.take(signal);
    try {
      const result = await action(connection);
      this.giveBack(connection);
      return result;
    } catch (error) {
      // It may be one to a former primary; a command that was refused for what it is leaves it as it was.
      const isRefusal = serverCodeOf(error) !== undefined && !isAppError(error, 'MONGODB_UNAVAILABLE');
      if (isRefusal) this.giveBack(connection);
      else connection.close();
      if (isAppError(error, 'MONGODB_UNAVAILABLE')) this.closeIdle(); // they lead to the same server
      throw error;
    }
  }

  /**
   * The documents of a collection, from the primary alone: whole ones in each buffer, which is valid until the next.
   * @throws as `readCollection`
   */
  async *read(options: RawReadOptions): AsyncGenerator<Buffer> {
    const connection = await this.take(options.signal);
    try {
      for await (const batch of readCollection(connection, { ...options, primaryOnly: true })) {
        try {
          yield batch.documents;
        } finally {
          batch.release();
        }
      }
    } catch (error) {
      if (isAppError(error, 'MONGODB_UNAVAILABLE')) {
        connection.close();
        this.closeIdle();
      }
      throw error;
    } finally {
      this.giveBack(connection);
    }
  }

  /** Calls under way go on, and their connections end with them. May be called twice. */
  close(): void {
    this.isClosed = true;
    this.closeIdle();
  }

  private closeIdle(): void {
    for (const connection of this.idle.splice(0)) connection.close();
  }

  private async take(signal: AbortSignal | undefined): Promise<WireConnection> {
    for (let idle = this.idle.pop(); idle; idle = this.idle.pop()) if (idle.isOpen) return idle;
    const connecting = this.connect();
    try {
      return await abortable(connecting, signal);
    } catch (error) {
      connecting.then(
        (late) => late.close(),
        () => undefined, // thrown already, or nobody waits for it
      );
      throw error;
    }
  }

  private giveBack(connection: WireConnection): void {
    if (this.isClosed) connection.close();
    else if (connection.isOpen) this.idle.push(connection);
  }
}
