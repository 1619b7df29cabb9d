import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '@lucid/core/clock';

/** What happens to one HTTP request that passes. Bytes count from the first of the request, or of its answer, headers included. */
export type Fault =
  /** The proxy answers itself; the server never hears of it. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** The connection ends after so many bytes of the request reached the server. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** The connection ends after so many bytes of the answer reached the client. */
  | { readonly kind: 'cut-answer'; readonly afterBytes: number }
  /** The server does what it was asked for, and the client never hears of it. */
  | { readonly kind: 'lose-answer' };

export interface FaultOptions {
  /** For so many requests (1). */
  times?: number;
  /** Only requests whose first line matches, e.g. `/^PUT /`. */
  match?: RegExp;
}

interface Injected {
  readonly fault: Fault;
  readonly match: RegExp;
  left: number;
}

const REQUEST_LINE = /^(?:GET|HEAD|PUT|POST|DELETE) \S+ HTTP\/1\.1\r\n/;
const INTERIM = /^HTTP\/1\.1 1\d\d /;

/**
 * A proxy between a client and a real server, which breaks what passes as a test asks for. `cut`, `hang` and `slow` work with any
 * protocol over TCP; the faults of single requests with HTTP/1.1 in clear text, where a client sends one request after the other.
 */
export class FaultProxy {
  /** How many requests met a fault. */
  met = 0;
  /** In both directions together. */
  passedBytes = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #injected: Injected[] = [];
  #server: Server | undefined;
  #port = 0;
  #gate: Promise<void> = Promise.resolve();
  #openGate: () => void = () => undefined;
  /** Of `passedBytes`: from there on it hangs. */
  #hangAtBytes = Infinity;
  #hangs: () => void = () => undefined;
  #bytesPerSecond = Infinity;

  private constructor(target: number) {
    this.#target = target;
  }

  /** Listens on a free port of 127.0.0.1 and passes everything on to the port `target`. */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** The next requests that match meet this fault; faults are met in the order in which they were injected. */
  inject(fault: Fault, { times = 1, match = /./ }: FaultOptions = {}): void {
    this.#injected.push({ fault, match, left: times });
  }

  /** From now on every connection is ended, and refused, as by a host that is gone. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((done) => server.close(done));
  }

  /** From now on nothing passes, and nothing is refused: as when packets are dropped on the way. */
  hang(): void {
    this.#gate = new Promise((open) => {
      this.#openGate = open;
    });
  }

  /** Hangs once so many more bytes have passed, however late anybody looks; resolves then. */
  hangAfter(bytes: number): Promise<void> {
    this.#hangAtBytes = this.passedBytes + bytes;
    return new Promise((done) => {
      this.#hangs = done;
    });
  }

  /** Bytes a second in either direction of each connection. */
  slow(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Ends every fault; what hung goes on. */
  async heal(): Promise<void> {
    this.#injected.length = 0;
    this.#hangAtBytes = Infinity;
    this.#bytesPerSecond = Infinity;
    this.#openGate();
    if (!this.#server) await this.#listen();
  }

  /** May be called twice. */
  async close(): Promise<void> {
    this.#openGate();
    await this.cut();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.#port, '127.0.0.1', done);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  #accept(client: Socket): void {
    const upstream = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const connection = new Connection(client, upstream);
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('error', () => connection.end());
    upstream.on('error', () => connection.endUnlessAnswered());
    const pass = async (bytes: Buffer): Promise<void> => {
      await this.#gate;
      this.passedBytes += bytes.length;
      if (this.passedBytes >= this.#hangAtBytes) {
        this.#hangAtBytes = Infinity;
        this.hang();
        this.#hangs();
      }
      if (this.#bytesPerSecond < Infinity) await systemClock.sleep((bytes.length / this.#bytesPerSecond) * 1000);
    };
    connection.up(pass, (line) => this.#next(line)).catch(() => connection.end());
    connection.down(pass).catch(() => connection.endUnlessAnswered());
  }

  #next(line: string): Fault | undefined {
    const found = this.#injected.find(({ left, match }) => left > 0 && match.test(line));
    if (!found) return undefined;
    found.left -= 1;
    this.met += 1;
    return found.fault;
  }
}

class Connection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  /** Of the request that is under way. */
  #fault: Fault | undefined;
  #requestBytes = 0;
  #answerBytes = 0;

  constructor(client: Socket, upstream: Socket) {
    this.#client = client;
    this.#upstream = upstream;
  }

  end(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** The proxy's own answer must reach the client whole, although its server's connection is gone. */
  endUnlessAnswered(): void {
    if (this.#fault?.kind !== 'status') this.end();
  }

  async up(pass: (bytes: Buffer) => Promise<void>, next: (line: string) => Fault | undefined): Promise<void> {
    for await (const bytes of this.#client as AsyncIterable<Buffer>) {
      await pass(bytes);
      const line = REQUEST_LINE.exec(bytes.toString('latin1', 0, 4096))?.[0];
      if (line !== undefined) {
        this.#fault = next(line);
        this.#requestBytes = 0;
        this.#answerBytes = 0;
      }
      const fault = this.#fault;
      if (fault?.kind === 'status') {
        if (line !== undefined) this.#answer(fault.status, fault.body ?? '');
        continue; // what is left of the request is read and thrown away
      }
      const left = fault?.kind === 'cut-request' ? fault.afterBytes - this.#requestBytes : Infinity;
      this.#requestBytes += bytes.length;
      if (bytes.length >= left) {
        await write(this.#upstream, bytes.subarray(0, left));
        return this.end();
      }
      await write(this.#upstream, bytes);
    }
    this.#upstream.end();
  }

  async down(pass: (bytes: Buffer) => Promise<void>): Promise<void> {
    for await (const bytes of this.#upstream as AsyncIterable<Buffer>) {
      await pass(bytes);
      const fault = this.#fault;
      const isInterim = this.#answerBytes === 0 && INTERIM.test(bytes.toString('latin1', 0, 16));
      if (fault?.kind === 'lose-answer' && !isInterim) return this.end();
      const left = fault?.kind === 'cut-answer' && !isInterim ? fault.afterBytes - this.#answerBytes : Infinity;
      if (!isInterim) this.#answerBytes += bytes.length;
      if (bytes.length >= left) {
        await write(this.#client, bytes.subarray(0, left));
        return this.end();
      }
      await write(this.#client, bytes);
    }
    this.#client.end();
  }

  #answer(status: number, body: string): void {
    this.#client.end(
      `HTTP/1.1 ${status} Injected\r\nContent-Type: application/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
    this.#upstream.destroy();
  }
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    socket.write(bytes, (error) => (error ? fail(error) : done()));
  });
}
