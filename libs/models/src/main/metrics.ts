import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** Samples of measurements; a time series, so that a day of them costs little. */
@Model({
  collection: 'metrics',
  database: 'main',
  timeseries: {
    timeField: 'time',
    metaField: 'source',
    granularity: 'seconds',
    expireAfterSeconds: RETENTION_SECONDS.metrics,
  },
})
export class Metric {
  @Field.date()
  time!: Date;

  @Field.mixed({ description: 'Name and labels of the series' })
  source!: unknown;

  @Field.double()
  value!: number;
}
