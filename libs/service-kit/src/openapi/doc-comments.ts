/** A method of a class as the build writes it: its doc comment directly before its name. */
const DOCUMENTED_METHOD = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:async\s+)?\*?\s*([A-Za-z_$][\w$]*)\s*\(/g;

/**
 * The doc comments of a class, by method: the text that people read in the source is also the one of the OpenAPI document. They are
 * taken from the source text of the class, which is specified to be there (ECMA-262, Function.prototype.toString) and which the build
 * keeps with its comments; the check of the documents notices a build that does not.
 */
export function docCommentsOf(type: abstract new (...args: never[]) => unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, comment = '', method = ''] of type.toString().matchAll(DOCUMENTED_METHOD)) {
    const text = comment
      .split('\n')
      .map((line) => line.replace(/^\s*\*? ?/, '').trim())
      .join(' ')
      .replace(/\s*@\w+[\s\S]*$/, '')
      .trim();
    if (text !== '') found.set(method, text);
  }
  return found;
}

/** The first sentence of a comment, without its full stop, and the whole where there is more. */
export function toSummary(comment: string): { summary: string; description?: string } {
  const end = /[.:;](?=\s)|\.$/.exec(comment)?.index ?? comment.length;
  const summary = comment.slice(0, end);
  return end >= comment.length - 1 ? { summary } : { summary, description: comment };
}
