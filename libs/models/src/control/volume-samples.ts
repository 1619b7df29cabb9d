import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** What a volume held at a time; forecasts are made from these. */
@Model({
  collection: 'volume_samples',
  database: 'control',
  indexes: [{ keys: { volumeId: 1, at: -1 } }],
  ttl: { field: 'at', seconds: RETENTION_SECONDS.volumeSamples },
})
export class VolumeSample {
  @Field.string({ minLength: 1 })
  volumeId!: string;

  @Field.date()
  at!: Date;

  @Field.int({ optional: true, nullable: true, minimum: 0 })
  usedBytes?: number | null;

  @Field.int({ optional: true, nullable: true, minimum: 0 })
  allocatedBytes?: number | null;
}
