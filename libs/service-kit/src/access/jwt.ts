import { AppError } from '@lucid/core/app-error';
import { isRole, ROLES, type Role } from '@lucid/models/roles';
import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { InjectConfig } from '../tokens.ts';
import type { CommonConfig } from '../settings.ts';

/** The highest of the roles a token carries in `roles` or `role`. */
function roleOf(payload: JWTPayload): Role | undefined {
  const claimed = [payload['roles'], payload['role']].flat().filter(isRole);
  return ROLES.findLast((role) => claimed.includes(role));
}

/** Verifies JSON Web Tokens (RFC 7519) against the key set of JWT_JWKS_URL; asymmetric algorithms only. */
@Injectable()
export class JwtVerifier {
  private readonly keySet: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(@InjectConfig() private readonly config: CommonConfig) {
    this.keySet = config.jwtJwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(config.jwtJwksUrl));
  }

  /** Who presents this token. @throws AppError UNAUTHENTICATED, SERVICE_STOPPING never; TIMEOUT when the key set is unreachable */
  async authenticate(token: string): Promise<{ id: string; role: Role }> {
    if (!this.keySet) throw new AppError('UNAUTHENTICATED', 'this service accepts no JWT: JWT_JWKS_URL is not set');
    const payload = await this.verify(token, this.keySet);
    const role = roleOf(payload);
    if (role === undefined || !payload.sub) {
      throw new AppError('UNAUTHENTICATED', `the token must carry "sub" and one of the roles ${ROLES.join(', ')}`);
    }
    return { id: payload.sub, role };
  }

  private async verify(token: string, keySet: ReturnType<typeof createRemoteJWKSet>): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: this.config.jwtIssuer,
        audience: this.config.jwtAudience,
        algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (cause) {
      const isIssuerGone = !(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout;
      if (isIssuerGone) throw new AppError('TIMEOUT', 'the key set of the token issuer does not answer', { cause });
      throw new AppError('UNAUTHENTICATED', 'the token is not valid here (signature, issuer, audience or expiry)', {
        cause,
      });
    }
  }
}
