import { AppError } from '@lucid/core/app-error';
import { Client, errors, type ClientOptions } from '@elastic/elasticsearch';
import type { EngineTls } from '../engine-tls.ts';

export interface ElasticsearchConnectionConfig {
  /** One node or several; credentials inside the URI count too. */
  uri: string | string[];
  username?: string;
  password?: string;
  /** Used instead of user name and password. */
  apiKey?: string;
  tls?: EngineTls;
  /** Shown in the server's task list as `x-opaque-id`'s prefix. */
  appName: string;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** A client that has not connected yet. It tries a request at two more nodes, or twice more, when one does not answer. */
export function createElasticsearchClient(config: ElasticsearchConnectionConfig): Client {
  const options: ClientOptions = {
    nodes: config.uri,
    name: config.appName,
    opaqueIdPrefix: `${config.appName}:`,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxRetries: 2,
    ...authOf(config),
    ...(config.tls && { tls: { minVersion: 'TLSv1.3', ...config.tls } }),
  };
  try {
    return new Client(options);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'ELASTICSEARCH_URI cannot be read; it looks like https://host:9200', {
      cause,
    });
  }
}

/** @throws AppError ELASTICSEARCH_UNAVAILABLE, ENGINE_UNSUITABLE (credentials refused), CONFIG_INVALID */
export async function connectElasticsearch(config: ElasticsearchConnectionConfig): Promise<Client> {
  const client = createElasticsearchClient(config);
  try {
    await pingElasticsearch(client);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Does the cluster answer, whatever its colour? (`info()` is not there in the minimal distribution.) @throws AppError as above */
export async function pingElasticsearch(client: Client): Promise<void> {
  try {
    await client.cluster.health({}, { requestTimeout: 5_000, maxRetries: 0 });
  } catch (error) {
    throw toElasticsearchAppError(error) ?? error;
  }
}

/** What the client threw as an error of the registry; `undefined` for what only the caller can judge (400, 404, 409). */
export function toElasticsearchAppError(error: unknown): AppError | undefined {
  if (error instanceof errors.ResponseError) return fromStatus(error);
  if (error instanceof errors.TimeoutError) {
    return new AppError('TIMEOUT', 'Elasticsearch did not answer in time; ask for less, or try again', {
      cause: error,
    });
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError)
    return unreachable(error);
  return undefined;
}

function fromStatus(error: errors.ResponseError): AppError | undefined {
  const status = error.statusCode ?? 0;
  if (status === 401 || status === 403) {
    const detail =
      'Elasticsearch refused the credentials, or they lack a right: check ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD';
    return new AppError('ENGINE_UNSUITABLE', detail, { cause: error });
  }
  // 429 is its own overload protection (full queues, circuit breakers), not a limit of ours.
  return status === 429 || (status >= 502 && status <= 504) ? unreachable(error) : undefined;
}

function unreachable(cause: unknown): AppError {
  const detail = 'Elasticsearch does not answer: check ELASTICSEARCH_URI and the state of the cluster';
  return new AppError('ELASTICSEARCH_UNAVAILABLE', detail, { cause, retryAfterSeconds: 5 });
}

function authOf({ username, password, apiKey }: ElasticsearchConnectionConfig): Pick<ClientOptions, 'auth'> {
  if (apiKey !== undefined) return { auth: { apiKey } };
  return username !== undefined && password !== undefined ? { auth: { username, password } } : {};
}
