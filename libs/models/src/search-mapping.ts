import { fieldsOf, type FieldKind, type FieldSpec, type ItemSpec, type ModelClass } from './field-spec.ts';
import type { SearchMapping, SearchProperty } from './model-definition.ts';

const KEYWORD: SearchProperty = { type: 'keyword', ignore_above: 1024 };

/** Types of Elasticsearch's core only; `object` and `mixed` are kept and not indexed, since their shape is unknown. */
const SEARCH_TYPES: Record<Exclude<FieldKind, 'array' | 'nested'>, SearchProperty> = {
  string: KEYWORD,
  enum: KEYWORD,
  objectId: KEYWORD,
  int: { type: 'long' },
  long: { type: 'long' },
  double: { type: 'double' },
  // A search compares amounts; the exact ones are in MongoDB, and in the source as text.
  decimal: { type: 'double' },
  bool: { type: 'boolean' },
  date: { type: 'date' },
  object: { type: 'object', enabled: false },
  mixed: { type: 'object', enabled: false },
};

/** The mapping of a searchable model. A field with `search: false` is neither indexed nor kept in the source. */
export function searchMappingOf(model: ModelClass): SearchMapping {
  const excludes = excludedOf(model);
  return { dynamic: false, ...(excludes.length > 0 && { _source: { excludes } }), properties: propertiesOf(model) };
}

/** Paths a document must lose before it is sent to Elasticsearch. */
export function excludedOf(model: ModelClass, parent = ''): string[] {
  return fieldsOf(model).flatMap((spec) => {
    const path = `${parent}${spec.name}`;
    if (spec.search === false) return [path];
    const nested = (spec.items ?? spec).model;
    return nested ? excludedOf(nested(), `${path}.`) : [];
  });
}

function propertiesOf(model: ModelClass): Record<string, SearchProperty> {
  const shown = fieldsOf(model).filter((spec) => spec.search !== false);
  return Object.fromEntries(shown.map((spec) => [spec.name, propertyOf(spec)]));
}

function propertyOf(spec: FieldSpec): SearchProperty {
  if (spec.search === 'text') return { type: 'text', fields: { keyword: KEYWORD } };
  const item: ItemSpec = spec.items ?? spec;
  if (item.kind === 'nested' && item.model) {
    return {
      ...(spec.search === 'nested' && { type: 'nested' }),
      dynamic: false,
      properties: propertiesOf(item.model()),
    };
  }
  return item.kind === 'array' || item.kind === 'nested' ? SEARCH_TYPES.mixed : SEARCH_TYPES[item.kind];
}
