import { connect as connectNet, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AppError } from '@lucid/core/app-error';
import type { EngineTls } from '../../engine-tls.ts';
import type { MessageReceiver } from './message-receiver.ts';

export interface SocketTarget {
  readonly host: string;
  readonly port: number;
  /** Present: the connection is TLS 1.2 or later, with the certificate and the host name checked. */
  readonly tls?: EngineTls;
  readonly connectTimeoutMs: number;
}

/** A socket that feeds `receiver`. `onClosed` is called once, with the reason. @throws AppError MONGODB_UNAVAILABLE, TIMEOUT */
export function openSocket(
  target: SocketTarget,
  receiver: MessageReceiver,
  onClosed: (error: AppError) => void,
): Promise<Socket> {
  const { host, port, tls, connectTimeoutMs } = target;
  return new Promise((resolve, reject) => {
    const advance = (bytes: number): boolean => {
      try {
        receiver.advance(bytes);
      } catch (error) {
        socket.destroy(error as Error);
      }
      return true;
    };
    const socket: Socket = tls
      ? connectTls({ host, port, ...tls, servername: /^[\d.]+$|:/.test(host) ? '' : host, minVersion: 'TLSv1.2' })
      : connectNet({
          host,
          port,
          noDelay: true,
          keepAlive: true,
          onread: { buffer: () => receiver.room(), callback: advance },
        });
    if (tls) feedChunks(socket, receiver);
    let failure: AppError | undefined;
    socket.setTimeout(connectTimeoutMs, () => {
      failure = new AppError('TIMEOUT', 'MongoDB does not answer at its address.');
      socket.destroy();
    });
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.on('error', (cause) => (failure = cause instanceof AppError ? cause : unavailable(cause)));
    socket.on('close', () => {
      const error = failure ?? unavailable();
      reject(error);
      onClosed(error);
    });
  });
}

/** TLS has no `onread`: its chunks are copied into the message's buffer. */
function feedChunks(socket: Socket, receiver: MessageReceiver): void {
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    try {
      receiver.accept(chunk);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
}

function unavailable(cause?: unknown): AppError {
  return new AppError('MONGODB_UNAVAILABLE', 'The connection to MongoDB broke.', { cause });
}
