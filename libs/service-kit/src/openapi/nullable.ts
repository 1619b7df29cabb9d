type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * OpenAPI 3.1 has no `nullable`: null is a type like others. The decorators still write the one of 3.0.
 * https://www.openapis.org/blog/2021/02/16/migrating-from-openapi-3-0-to-3-1-0
 */
export function withoutNullable<T>(document: T): T {
  return rewrite(structuredClone(document) as Json) as T;
}

function rewrite(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewrite);
  if (value === null || typeof value !== 'object') return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rewrite(part)]));
  if (typeof nullable !== 'boolean') return { ...rest, ...(nullable !== undefined && { nullable }) };
  if (!nullable) return rest;
  if (typeof rest['type'] === 'string') return orNull(rest, rest['type']);
  const { description, ...schema } = rest;
  return { ...(description !== undefined && { description }), oneOf: [onlyReference(schema), { type: 'null' }] };
}

function orNull(schema: { [key: string]: Json }, type: string): Json {
  const values = schema['enum'];
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) };
}

/** `allOf` with one member is how the decorators put a description beside a reference. */
function onlyReference(schema: { [key: string]: Json }): Json {
  const parts = schema['allOf'];
  return Array.isArray(parts) && parts.length === 1 && parts[0] !== undefined ? parts[0] : schema;
}
