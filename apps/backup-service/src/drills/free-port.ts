import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '@lucid/core/app-error';

// Below the range from which systems take ports for outgoing connections, and below the ports of MongoDB, which nobody has for a moment while
// a member starts again: a drill must not take them. The engines of tests get theirs above, from `freePorts`.
const FIRST_PORT = 12_000;
const LAST_PORT = 20_000;
const TRIES = 100;

/** A port of 127.0.0.1 that nobody has now; somebody may take it before it is used. @throws AppError PROGRAM_FAILED */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
  throw new AppError('PROGRAM_FAILED', 'this host has no free port for the server of a drill');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
