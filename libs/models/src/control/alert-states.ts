import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** The present state of each alert rule and series; the history is in `alerts` of the main database. */
@Model({ collection: 'alert_states', database: 'control' })
export class AlertState {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1, example: 'firing' })
  state!: string;

  @Field.date({ optional: true, nullable: true })
  since?: Date | null;
}
