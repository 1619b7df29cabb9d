// The peer: Fastify with nothing, doing what storage-api asks of the engines for the same answer. No key, log, check or cache logic.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DocumentKeys } from '@lucid/clients/redis/document-keys';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { BULK_COLLECTION, COLLECTION } from './names.ts';

const { MONGODB_URI = '', MONGODB_DATABASE = '', REDIS_URI = '', PEER_PORT = '' } = process.env;
const redis = new Redis(REDIS_URI, { db: 3 });
const mongo = await MongoClient.connect(MONGODB_URI);
const documents = mongo.db(MONGODB_DATABASE).collection(COLLECTION);
const keys = new DocumentKeys(MONGODB_DATABASE, false);
const app = Fastify();

app.get('/ready', () => 'ready');

app.get<{ Params: { id: string } }>('/documents/:id', async ({ params }, reply) => {
  const value = await redis.getBuffer(keys.document(COLLECTION, `o:${params.id}`));
  if (!value) return reply.status(404).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(value);
});

app.get<{ Querystring: { user: string } }>('/find', async ({ query }) => {
  const options = { sort: { _id: 1 }, limit: 21, maxTimeMS: 10_000 } as const;
  return { items: await documents.find({ user_id: query.user }, options).toArray() };
});

const stored = mongo.db(MONGODB_DATABASE).collection<{ user_id: string }>(BULK_COLLECTION);
app.post<{ Body: { user_id: string } }>('/documents', async ({ body }, reply) => {
  await stored.insertOne(body, { writeConcern: { w: 'majority' } });
  return reply.status(201).send(body);
});

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

/** 99th percentile of the event-loop delay since it was last asked, seconds, under the name that prom-client gives it. */
app.get('/metrics', () => {
  const seconds = delay.percentile(99) / 1e9;
  delay.reset();
  return `nodejs_eventloop_lag_p99_seconds ${seconds}\n`;
});

process.once('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(PEER_PORT), host: '127.0.0.1' });
