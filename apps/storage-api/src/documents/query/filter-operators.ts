/**
 * The operators that a filter may hold. What runs JavaScript (`$where`, `$function`, `$accumulator`) is in none of the lists,
 * and neither is what reads other documents or costs the server without bound (`$jsonSchema`, `$sampleRate`).
 * Source: https://www.mongodb.com/docs/manual/reference/operator/query/
 */

/** Take a list of filters. */
export const LOGICAL: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

/** Take a value. */
export const COMPARISON: ReadonlySet<string> = new Set(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);

/** Take a list of values. */
export const LISTS: ReadonlySet<string> = new Set(['$in', '$nin', '$all']);

/** Take a number, a text, or a list of numbers; MongoDB checks which. */
export const SCALARS: ReadonlySet<string> = new Set([
  ...['$exists', '$type', '$size', '$mod'],
  ...['$bitsAllSet', '$bitsAnySet', '$bitsAllClear', '$bitsAnyClear'],
  ...['$maxDistance', '$minDistance'],
]);

/** Take an area or a point: GeoJSON, or a shape of `GEO_SHAPES`. */
export const GEO: ReadonlySet<string> = new Set(['$geoWithin', '$geoIntersects', '$near', '$nearSphere']);
export const GEO_SHAPES: ReadonlySet<string> = new Set([
  ...['$geometry', '$box', '$polygon', '$center', '$centerSphere', '$maxDistance', '$minDistance'],
]);

export const TEXT_OPTIONS: ReadonlySet<string> = new Set([
  '$search',
  '$language',
  '$caseSensitive',
  '$diacriticSensitive',
]);

/** Inside of `$expr`: https://www.mongodb.com/docs/manual/reference/operator/aggregation/ */
export const EXPRESSIONS: ReadonlySet<string> = new Set([
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$cmp', '$and', '$or', '$not', '$in', '$cond', '$ifNull'],
  ...[
    '$add',
    '$subtract',
    '$multiply',
    '$divide',
    '$mod',
    '$abs',
    '$ceil',
    '$floor',
    '$round',
    '$trunc',
    '$max',
    '$min',
  ],
  ...['$size', '$isArray', '$arrayElemAt', '$type', '$literal'],
  ...['$toLower', '$toUpper', '$concat', '$strLenCP', '$strcasecmp', '$substrCP'],
  ...['$dateAdd', '$dateSubtract', '$dateDiff', '$dateTrunc', '$year', '$month', '$dayOfMonth', '$dayOfWeek', '$hour'],
  ...['$toInt', '$toLong', '$toDouble', '$toDecimal', '$toString', '$toDate', '$toObjectId'],
]);
