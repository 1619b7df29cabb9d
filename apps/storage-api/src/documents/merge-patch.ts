import type { Document } from 'mongodb';

/**
 * A document with a JSON Merge Patch applied (RFC 7396): null removes, objects are merged, everything else takes the place of what is
 * there. Both are BSON values, so that a typed value such as a date is one value and never merged. Neither is changed.
 */
export function applyMergePatch(target: Document, patch: Document): Document {
  const merged: Map<string, unknown> = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, isFields(value) ? mergeFields(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}

function mergeFields(target: unknown, patch: Document): Document {
  return applyMergePatch(isFields(target) ? target : {}, patch);
}

/** Fields, and no typed value: those are instances of classes. */
function isFields(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
