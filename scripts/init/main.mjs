import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import { initializeIndices } from '@lucid/clients/elasticsearch/indices';
import { connectMongo } from '@lucid/clients/mongodb/connection';
import { initializeDatabase } from '@lucid/clients/mongodb/initializer/initialize-database';
import { ensureRoles } from '@lucid/clients/mongodb/initializer/roles';
import { allModels } from '@lucid/models/all-models';

/**
 * Makes MongoDB and Elasticsearch match the models: `node scripts/init/main.mjs [mongodb] [elasticsearch] [roles] [--dry-run]`
 * (all but roles when none is named). It runs what `pnpm build` made, and may be run again at any time.
 *   mongodb        MONGODB_URI, MONGODB_DATABASE, CONTROL_DATABASE
 *   elasticsearch  ELASTICSEARCH_URI, ELASTICSEARCH_INDEX_PREFIX, _SHARDS, _REPLICAS
 *   roles          MONGODB_URI of an administrator; MONGODB_USERNAME, MONGODB_PASSWORD; BACKUP_MONGODB_USERNAME, _PASSWORD
 *                  and RESTORE_MONGODB_USERNAME, _PASSWORD where these users are wanted; --reset-passwords
 * Every variable may be given as NAME_FILE.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false }, 'reset-passwords': { type: 'boolean', default: false } },
});
const dryRun = values['dry-run'];
const parts = { mongodb: initializeMongo, elasticsearch: initializeSearch, roles: initializeRoles };

try {
  const wanted = positionals.length > 0 ? positionals : ['mongodb', 'elasticsearch'];
  const unknown = wanted.find((part) => !Object.hasOwn(parts, part));
  if (unknown) throw new Error(`${unknown} is not one of ${Object.keys(parts).join(', ')}`);
  for (const part of wanted) await parts[part]((line) => console.log(`${part}: ${line}`));
} catch (error) {
  console.error(`init: ${error.code ? `${error.code}: ` : ''}${error.message}`);
  process.exitCode = 1;
}

async function initializeMongo(log) {
  await withMongo((client) => initializeDatabase(client, { models: allModels(), ...databases(), dryRun, log }));
}

async function initializeRoles(log) {
  const application = credentials('MONGODB', 'lucid_user');
  if (!application) throw new Error('set MONGODB_PASSWORD, the password of the services’ user');
  const users = { application, backup: credentials('BACKUP_MONGODB'), restore: credentials('RESTORE_MONGODB') };
  const resetPasswords = values['reset-passwords'];
  await withMongo((admin) => ensureRoles(admin, { ...databases(), ...users, resetPasswords, dryRun, log }));
}

async function initializeSearch(log) {
  const client = createElasticsearchClient({
    uri: required('ELASTICSEARCH_URI'),
    username: variable('ELASTICSEARCH_USERNAME'),
    password: variable('ELASTICSEARCH_PASSWORD'),
    apiKey: variable('ELASTICSEARCH_API_KEY'),
    appName: 'lucid-init',
  });
  const prefix = variable('ELASTICSEARCH_INDEX_PREFIX') ?? 'lucid';
  const shards = wholeNumber('ELASTICSEARCH_SHARDS', 3);
  const replicas = wholeNumber('ELASTICSEARCH_REPLICAS', 1);
  try {
    await initializeIndices(client, { models: allModels(), prefix, shards, replicas, dryRun, log });
  } finally {
    await client.close();
  }
}

async function withMongo(use) {
  const client = await connectMongo({ uri: required('MONGODB_URI'), appName: 'lucid-init' });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

function databases() {
  const database = variable('MONGODB_DATABASE') ?? 'lucid_blockchain';
  return { database, controlDatabase: variable('CONTROL_DATABASE') ?? 'lucid_control' };
}

function credentials(group, defaultName) {
  const username = variable(`${group}_USERNAME`) ?? defaultName;
  const password = variable(`${group}_PASSWORD`);
  return username && password ? { username, password } : undefined;
}

function wholeNumber(name, fallback) {
  const value = Number(variable(name) ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number, for example ${fallback}`);
  return value;
}

function required(name) {
  const value = variable(name);
  if (!value) throw new Error(`set ${name}`);
  return value;
}

function variable(name) {
  const file = process.env[`${name}_FILE`];
  return (file ? readFileSync(file, 'utf8').trimEnd() : process.env[name]) || undefined;
}
