import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type SecureVersion } from 'node:tls';
import { runProgram } from '@lucid/clients/process/run-program';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('GET /health/live over TLS', () => {
  let folder: string;
  let service: TestService;
  let port: number;

  /** A self-signed certificate for localhost, under the names the service was told. */
  async function makeCertificate(name: string): Promise<void> {
    const files = ['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')];
    await runProgram('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...files,
    ]);
  }

  /** Shakes hands as a client of this version; the certificate that was shown. */
  function shakeHands(maxVersion: SecureVersion): Promise<{ protocol: string | null; certificate: PeerCertificate }> {
    return new Promise((done, fail) => {
      const socket = connect(
        { port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.2', maxVersion },
        () => {
          done({ protocol: socket.getProtocol(), certificate: socket.getPeerCertificate() });
          socket.end();
        },
      );
      socket.once('error', fail);
    });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-tls-'));
    await makeCertificate('first');
    const files = { TLS_CERT: join(folder, 'tls.crt'), TLS_KEY: join(folder, 'tls.key') };
    service = await startTestService(storageApi, files);
    await service.app.listen(0, '127.0.0.1');
    port = Number(new URL(await service.app.getUrl()).port);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('speaks TLS 1.3 and nothing older', async () => {
    const { protocol, certificate } = await shakeHands('TLSv1.3');
    expect(protocol).toBe('TLSv1.3');
    expect(certificate.subject.CN).toBe('first');
    await expect(shakeHands('TLSv1.2')).rejects.toThrow(/protocol version/i);
  });

  it('takes a new certificate into use without a restart', async () => {
    await makeCertificate('second');
    await eventually(
      'the new certificate',
      async () => (await shakeHands('TLSv1.3')).certificate.subject.CN === 'second',
    );
  });
});
