import { Field } from '../field.ts';
import { Model } from '../model.ts';

@Model({ collection: 'schedules', database: 'control', indexes: [{ keys: { nextDueAt: 1 } }] })
export class Schedule {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1 })
  name!: string;

  @Field.string({ minLength: 1, example: '0 2 * * *' })
  cron!: string;

  @Field.string({ optional: true, nullable: true, example: 'Europe/Vienna' })
  timezone?: string | null;

  @Field.date({ optional: true, nullable: true })
  nextDueAt?: Date | null;
}
