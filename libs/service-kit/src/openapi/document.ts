import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeAnswers } from './answers.ts';
import { describeOperations } from './operations.ts';
import { withoutNullable } from './nullable.ts';

const DESCRIPTION = [
  'Errors are `application/problem+json` (RFC 9457); all codes with what to do: docs/errors.md.',
  'An address that is not listed answers 404, a method that a listed one does not have 405 with `Allow`.',
  'Every answer carries `X-Request-Id`, which finds the request in logs, jobs and the audit trail.',
].join(' ');

/** The OpenAPI 3.1 document of an application: its routes, and what the kit adds to every one of them. */
export function createDocument(app: INestApplication, service: string, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(`Lucid ${service}`)
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a JWT' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationIdOf });
  return withoutNullable(describeAnswers(describeOperations(app, document)));
}

/** `listBackups`-like names are the client's business; here it is unique and says where the route is. */
function operationIdOf(controller: string, method: string): string {
  return `${controller.replace(/Controller$/, '')}_${method}`;
}
