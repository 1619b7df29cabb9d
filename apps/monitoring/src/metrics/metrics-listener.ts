import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { reloadTlsOnChange, tlsOptions } from '@lucid/service-kit/http/tls';
import { InjectConfig, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import type { MonitoringConfig } from '../config.ts';

/** What is used of the Fastify instance: its router as a plain request handler. */
interface Router {
  routing(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * The second listener, METRICS_PORT, for Prometheus: it hands GET /metrics to the service's own router, so that page, token
 * rule and TLS are the same on both ports, and knows nothing else.
 */
@Injectable()
export class MetricsListener implements OnApplicationBootstrap, OnModuleDestroy {
  private server: Server | TlsServer | undefined;
  private stopReload: (() => void) | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @InjectConfig() private readonly config: MonitoringConfig,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.prometheusEnabled) return;
    const tls = tlsOptions(this.config);
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.answer(request, response);
    if (tls) {
      const server = createTlsServer(tls, answer);
      this.stopReload = reloadTlsOnChange(server, this.config, this.logger);
      this.server = server;
    } else {
      this.server = createServer(answer);
    }
    await listen(this.server, this.config.metricsPort, this.config.bindAddress);
    this.logger.info({ port: this.port }, 'metrics page for Prometheus');
  }

  /** The port it listens on; undefined when it does not. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    this.stopReload?.();
    if (!server?.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?', 1)[0];
    if (path === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')) {
      this.host.httpAdapter.getInstance<Router>().routing(request, response);
      return;
    }
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('only GET /metrics is here\n');
  }
}

/** @throws AppError CONFIG_INVALID when the port cannot be had */
function listen(server: Server | TlsServer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${cause.code ?? 'error'})`;
      const detail = `METRICS_PORT ${port} ${why}; stop the other program or set another port, for example METRICS_PORT=9217`;
      reject(new AppError('CONFIG_INVALID', detail, { cause }));
    });
    server.listen(port, address, resolve);
  });
}
