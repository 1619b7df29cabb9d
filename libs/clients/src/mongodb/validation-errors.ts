import type { FieldError } from '@lucid/core/app-error';

/**
 * One node of the server's explanation of a failed validator. Format:
 * https://www.mongodb.com/docs/manual/core/schema-validation/handle-invalid-documents/
 */
interface Rule {
  operatorName?: string;
  propertyName?: string;
  itemIndex?: number;
  reason?: string;
  specifiedAs?: Record<string, unknown>;
  missingProperties?: string[];
  additionalProperties?: string[];
  schemaRulesNotSatisfied?: Rule[];
  propertiesNotSatisfied?: Rule[];
  details?: Rule[] | Rule;
}

const MAX_ERRORS = 100;

/** `errInfo` of error 121 field by field. Values of the document never appear: only pointers, rules and what was expected. */
export function toFieldErrors(errInfo: unknown): FieldError[] {
  const details = (errInfo as { details?: Rule } | null | undefined)?.details;
  return details ? collect(details, '').slice(0, MAX_ERRORS) : [];
}

function collect(rule: Rule, parent: string): FieldError[] {
  const pointer = `${parent}${stepInto(rule)}`;
  const missing = (rule.missingProperties ?? []).map((name) => ({
    pointer: `${pointer}/${escapePart(name)}`,
    code: 'REQUIRED',
    message: 'is missing',
  }));
  const unknown = (rule.additionalProperties ?? []).map((name) => ({
    pointer: `${pointer}/${escapePart(name)}`,
    code: 'UNKNOWN_FIELD',
    message: 'is not a field of this model',
  }));
  const nested = [rule.schemaRulesNotSatisfied, rule.propertiesNotSatisfied, rule.details].flatMap(
    (part) => part ?? [],
  );
  if (missing.length + unknown.length + nested.length > 0) {
    return [...missing, ...unknown, ...nested.flatMap((inner) => collect(inner, pointer))];
  }
  return [{ pointer, code: codeOf(rule), message: messageOf(rule) }];
}

function stepInto(rule: Rule): string {
  if (rule.propertyName !== undefined) return `/${escapePart(rule.propertyName)}`;
  return rule.itemIndex === undefined ? '' : `/${rule.itemIndex}`;
}

function codeOf(rule: Rule): string {
  return (rule.operatorName ?? 'invalid')
    .replace(/^\$/, '')
    .replace(/([A-Z])/g, '_$1')
    .toUpperCase();
}

function messageOf(rule: Rule): string {
  const expected = rule.specifiedAs ? `, expected ${JSON.stringify(rule.specifiedAs)}` : '';
  return `${rule.reason ?? 'does not satisfy the rule'}${expected}`;
}

function escapePart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
