import { readFileSync, watchFile, unwatchFile } from 'node:fs';
import type { Server, ServerOptions } from 'node:https';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import type { CommonConfig } from '../settings.ts';

/** How often the certificate files are looked at. */
const LOOK_EVERY_MS = 5_000;

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new AppError('CONFIG_INVALID', `${name} names a file that cannot be read (${code})`, { cause });
  }
}

/** The listener's TLS options, or undefined without TLS_CERT. TLS 1.3 only; with TLS_CLIENT_CA clients need a certificate. */
export function tlsOptions(config: CommonConfig): ServerOptions | undefined {
  if (config.tlsCert === undefined || config.tlsKey === undefined) return undefined;
  return {
    minVersion: 'TLSv1.3',
    cert: read('TLS_CERT', config.tlsCert),
    key: read('TLS_KEY', config.tlsKey),
    ...(config.tlsClientCa !== undefined && {
      ca: read('TLS_CLIENT_CA', config.tlsClientCa),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  };
}

/** Takes changed certificate files into use without a restart; a bad file is logged and the old one kept. Returns its end. */
export function reloadTlsOnChange(server: Server, config: CommonConfig, logger: Logger): () => void {
  const files = [config.tlsCert, config.tlsKey, config.tlsClientCa].filter((file) => file !== undefined);
  const reload = (): void => {
    try {
      const options = tlsOptions(config);
      if (options) server.setSecureContext(options);
      logger.info('the changed TLS certificate is in use');
    } catch (error) {
      logger.error({ err: error }, 'the changed TLS certificate cannot be used; the old one stays');
    }
  };
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, reload);
  return () => files.forEach((file) => unwatchFile(file, reload));
}
