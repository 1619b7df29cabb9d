import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

/** Of one DTO; the oldest is forgotten for a new one. */
const QUERIES = 200;
/** Longer ones are not worth their memory. */
const LONGEST_QUERY = 1_024;

type Instance = Record<string, unknown>;

/**
 * Validation costs more than the rest of a small request, and the same few queries (the empty one above all) come again and again: one
 * that was found valid is not looked at a second time. That is sound because a query is text and its rules know nothing but it; what
 * they make of it is remembered only if it is flat, so that every request gets an object of its own. Values of fields that need only be
 * texts up to a length (filters, cursors) are checked here, and so are no part of what is remembered. Bodies, and whatever was refused,
 * go to the pipe each time.
 */
export class RememberedQueries implements PipeTransform {
  private readonly remembered = new Map<unknown, Map<string, Instance>>();
  private readonly texts = new Map<unknown, ReadonlyMap<string, number>>();

  constructor(private readonly validation: PipeTransform) {}

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    // What the pipe answers for a name in the address.
    if (typeof value === 'string' && metadata.metatype === String && metadata.type === 'param') return value;
    if (metadata.type !== 'query' || metadata.data !== undefined) return this.validation.transform(value, metadata);
    const texts: Instance = {};
    const lengths = this.textsOf(metadata.metatype);
    const looked = Object.create(null) as Instance;
    for (const [key, given] of Object.entries(value ?? {})) {
      // A text that may be any text stands as an empty one in what is looked up.
      const isText = typeof given === 'string' && given.length <= (lengths.get(key) ?? -1);
      looked[key] = isText ? '' : given;
      if (isText) texts[key] = given;
    }
    const text = JSON.stringify(looked);
    const known = this.remembered.get(metadata.metatype)?.get(text);
    if (known) return Object.assign(copyOf(known), texts);
    return this.validate(value, metadata, text);
  }

  private textsOf(metatype: ArgumentMetadata['metatype']): ReadonlyMap<string, number> {
    const known = this.texts.get(metatype);
    if (known) return known;
    const texts = metatype === undefined ? new Map<string, number>() : plainTexts(metatype as Type<Instance>);
    this.texts.set(metatype, texts);
    return texts;
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

const PROBE = ' A text, 1 ';

/** Fields whose only rules are to be a text and its greatest length, and that nothing transforms; with that length. */
function plainTexts(metatype: Type<Instance>): ReadonlyMap<string, number> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
  const texts = new Map<string, number>();
  for (const field of new Set(rules.map(({ propertyName }) => propertyName))) {
    const own = rules.filter(({ propertyName }) => propertyName === field);
    const names = own.map(({ name, type }) => name ?? type);
    const longest = Number(own.find(({ name }) => name === 'maxLength')?.constraints[0]);
    const isPlain = names.every((name) =>
      ['isString', 'maxLength', 'conditionalValidation', 'isOptional'].includes(name),
    );
    const isKept = plainToInstance(metatype, { [field]: PROBE })[field] === PROBE;
    if (isPlain && isKept && names.includes('isString') && longest > 0) texts.set(field, longest);
  }
  return texts;
}
