import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** What asks for a job again and again. libs/jobs owns the fields beyond these. */
@Model({
  collection: 'schedules',
  database: 'control',
  // The names and options of libs/jobs, which makes them too.
  indexes: [
    { name: 'name', keys: { name: 1 }, unique: true },
    { name: 'queue_next_due_at', keys: { queue: 1, nextDueAt: 1 } },
  ],
})
export class Schedule {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1 })
  name!: string;

  @Field.string({ minLength: 1, example: 'backup-service', description: 'Whose scheduler asks for the job' })
  queue!: string;

  @Field.string({ minLength: 1, example: 'backup.create', description: 'Name of the contract' })
  contract!: string;

  @Field.object()
  payload!: Record<string, unknown>;

  @Field.string({ minLength: 1, example: '0 2 * * *' })
  cron!: string;

  @Field.string({ minLength: 1, example: 'Europe/Vienna', description: 'IANA time zone' })
  timezone!: string;

  @Field.bool()
  enabled!: boolean;

  @Field.date({ optional: true, nullable: true })
  nextDueAt?: Date | null;

  @Field.date({ optional: true, nullable: true })
  lastDueAt?: Date | null;

  @Field.string({ optional: true, nullable: true })
  lastJobId?: string | null;

  @Field.int({ optional: true, minimum: 0, description: 'Runs that came due while nobody could ask for them' })
  missedRuns?: number;
}
