import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';

/** Of one DTO; the oldest is forgotten for a new one. */
const QUERIES = 200;
/** Longer ones are not worth their memory. */
const LONGEST_QUERY = 1_024;

type Instance = Record<string, unknown>;

/**
 * Validation costs more than the rest of a small request, and the same few queries (the empty one above all) come again and again: one
 * that was found valid is not looked at a second time. That is sound because a query is text and its rules know nothing but it; what
 * they make of it is remembered only if it is flat, so that every request gets an object of its own. Bodies, and whatever was refused, go
 * to the pipe each time.
 */
export class RememberedQueries implements PipeTransform {
  private readonly remembered = new Map<unknown, Map<string, Instance>>();

  constructor(private readonly validation: PipeTransform) {}

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    // What the pipe answers for a name in the address.
    if (typeof value === 'string' && metadata.metatype === String && metadata.type === 'param') return value;
    if (metadata.type !== 'query' || metadata.data !== undefined) return this.validation.transform(value, metadata);
    const text = JSON.stringify(value);
    const known = this.remembered.get(metadata.metatype)?.get(text);
    if (known) return copyOf(known);
    return this.validate(value, metadata, text);
  }

  private async validate(value: unknown, metadata: ArgumentMetadata, text: string): Promise<unknown> {
    const valid: unknown = await this.validation.transform(value, metadata);
    if (text.length <= LONGEST_QUERY && isFlat(valid)) {
      const queries = this.remembered.get(metadata.metatype) ?? new Map<string, Instance>();
      this.remembered.set(metadata.metatype, queries);
      const [oldest] = queries.keys();
      if (queries.size >= QUERIES && oldest !== undefined) queries.delete(oldest);
      queries.set(text, copyOf(valid));
    }
    return valid;
  }
}

function isFlat(value: unknown): value is Instance {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => Object(one) !== one);
}

function copyOf(instance: Instance): Instance {
  return Object.assign(Object.create(Object.getPrototypeOf(instance) as object) as Instance, instance);
}
