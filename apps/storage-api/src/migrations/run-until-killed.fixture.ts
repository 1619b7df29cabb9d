import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { systemClock } from '@lucid/core/clock';
import { MongoClient } from 'mongodb';
import { holdMigrations } from './hold-migrations.ts';
import { MigrationsService } from './migrations.service.ts';
import { first, ledgerStep, migrationOf } from './ledger-versions.fixture.ts';

/** `run-until-killed.ts URI DATABASE CONTROL`: applies, says `in the middle` inside a step, and stays there until it is killed. */
const [uri = '', name = '', control = ''] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
const hang = async (): Promise<void> => {
  process.stdout.write('in the middle\n');
  await systemClock.sleep(600_000);
};
const versions = [first, migrationOf('0002-second', [ledgerStep('c'), ledgerStep('d', hang), ledgerStep('e')])];
const [database, controlDatabase] = [client.db(name), client.db(control)];
const service = new MigrationsService({ client, database, controlDatabase, versions, clock: systemClock });
const hold = {
  ...{ leases: new MongoLeaseStore(controlDatabase), clock: systemClock, holder: 'killed', waitMs: 0 },
  ...{ signal: new AbortController().signal, progress: () => undefined },
};
await holdMigrations(hold, (lock) => service.up(lock, undefined, null));
