import { parseArgs } from 'node:util';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { MongoClient } from 'mongodb';

/**
 * Loads the generated Lucid data set into a database that does not hold it yet:
 * `MONGODB_URI=… node --conditions=lucid-source bench/data/load.ts --database bench --size-mb 200 [--seed lucid]`
 */
const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'lucid_bench' },
    'size-mb': { type: 'string', default: '200' },
    seed: { type: 'string', default: 'lucid' },
  },
});

const sizeMb = Number(values['size-mb']);
if (!(sizeMb > 0)) throw new Error('--size-mb must be a number of megabytes');
const uri = process.env['MONGODB_URI'];
if (!uri) throw new Error('set MONGODB_URI, for example with scripts/engines env');
const client = await MongoClient.connect(uri);
try {
  const counts = await loadLucidData(client, values.database, { sizeBytes: sizeMb * 1e6, seed: values.seed });
  console.log(JSON.stringify({ database: values.database, sizeMb, seed: values.seed, ...counts }));
} finally {
  await client.close();
}
