import { Field } from './field.ts';

const MOST_DAYS = 36_500;
const MOST_KEPT = 10_000;

/**
 * How long backups are kept: all of the last `days`, and the newest of each of the last so many hours, days, ISO weeks, months
 * and years that have one. What any rule keeps is kept; where no rule is set nothing expires.
 */
export class RetentionPolicy {
  @Field.int({
    optional: true,
    minimum: 0,
    maximum: MOST_DAYS,
    description: 'Everything newer than this; 0: no such rule',
  })
  days?: number;

  @Field.int({ optional: true, minimum: 0, maximum: MOST_KEPT, description: 'The newest of each of so many hours' })
  hourly?: number;

  @Field.int({ optional: true, minimum: 0, maximum: MOST_KEPT, description: 'The newest of each of so many days' })
  daily?: number;

  @Field.int({ optional: true, minimum: 0, maximum: MOST_KEPT, description: 'The newest of each of so many ISO weeks' })
  weekly?: number;

  @Field.int({ optional: true, minimum: 0, maximum: MOST_KEPT, description: 'The newest of each of so many months' })
  monthly?: number;

  @Field.int({ optional: true, minimum: 0, maximum: MOST_KEPT, description: 'The newest of each of so many years' })
  yearly?: number;
}
