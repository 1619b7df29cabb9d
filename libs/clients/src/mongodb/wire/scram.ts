import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '@lucid/core/app-error';

/** SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side. */
export interface ScramExchange {
  readonly clientFirst: string;
  /** The answer to the server's first message. @throws AppError ENGINE_UNSUITABLE where that message is not acceptable */
  clientFinal(serverFirst: string): Promise<string>;
  /** Proves that the server knows the password too. @throws AppError ENGINE_UNSUITABLE where its signature is wrong */
  checkServerFinal(serverFinal: string): void;
}

const LEAST_ITERATIONS = 4096; // RFC 7677, section 4
const MOST_ITERATIONS = 10_000_000; // a hostile server must not keep this one busy
const derive = promisify(pbkdf2);

export function startScram(
  username: string,
  password: string,
  nonce = randomBytes(24).toString('base64'),
): ScramExchange {
  assertPlainText(password);
  const bare = `n=${username.replace(/=/g, '=3D').replace(/,/g, '=2C')},r=${nonce}`;
  let serverSignature: Buffer | undefined;
  return {
    clientFirst: `n,,${bare}`,
    async clientFinal(serverFirst) {
      const { r, s, i } = attributes(serverFirst);
      const iterations = Number(i);
      if (!r?.startsWith(nonce) || r.length === nonce.length || !s) throw untrusted();
      if (!Number.isInteger(iterations) || iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS)
        throw untrusted();
      const salted = await derive(password, Buffer.from(s, 'base64'), iterations, 32, 'sha256');
      const withoutProof = `c=biws,r=${r}`;
      const message = `${bare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
      serverSignature = hmac(hmac(salted, 'Server Key'), message);
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    checkServerFinal(serverFinal) {
      const given = Buffer.from(attributes(serverFinal).v ?? '', 'base64');
      if (!serverSignature || given.length !== serverSignature.length || !timingSafeEqual(given, serverSignature)) {
        throw untrusted();
      }
    },
  };
}

/** SASLprep (RFC 4013) changes nothing in printable ASCII; what it could change is refused instead of guessed. */
function assertPlainText(password: string): void {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new AppError(
      'CONFIG_INVALID',
      'The MongoDB password holds other than printable ASCII characters. Give the user another.',
    );
  }
}

function attributes(message: string): Record<string, string | undefined> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function untrusted(): AppError {
  return new AppError(
    'ENGINE_UNSUITABLE',
    'MongoDB did not prove that it knows the password. Check who answers at that address.',
  );
}
