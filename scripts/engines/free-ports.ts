import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which systems take ports for outgoing connections (Linux: 32768 and up), so that no client's
// connection can sit on one before the engine does.
const FIRST = 20_000;
const LAST = 32_000;
const PARTS = 32;
/** What was asked for here before: who asked may not listen on it yet. */
const given = new Set<number>();

/**
 * `count` different ports of 127.0.0.1 that nobody listens on now. Two that ask at the same moment must not find the same one: each worker
 * of a test run (Jest numbers them from 1) has a part of the range, everybody else another, and no process is given a port twice.
 */
export async function freePorts(count: number): Promise<number[]> {
  const part = Number(process.env['JEST_WORKER_ID'] ?? 0) % PARTS;
  const size = (LAST - FIRST) / PARTS;
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt += 1) {
    if (attempt > 1000) throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
    const port = FIRST + part * size + randomInt(size);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
    else given.delete(port);
  }
  return ports;
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
