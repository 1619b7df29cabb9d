import { docCommentsOf, toSummary } from './doc-comments.ts';

class Documented {
  /** Lists what there is. */
  list(): string {
    /* not a doc comment */
    return this.plain();
  }

  plain(): string {
    return '';
  }

  /**
   * Makes one: 201 and the thing.
   * Twice is the same as once.
   * @throws AppError NOT_FOUND
   */
  async create(): Promise<void> {
    await Promise.resolve();
  }
}

describe('doc comments of a class', () => {
  it('are found by method, without tags', () => {
    expect(Object.fromEntries(docCommentsOf(Documented))).toEqual({
      list: 'Lists what there is.',
      create: 'Makes one: 201 and the thing. Twice is the same as once.',
    });
  });

  it.each([
    ['Lists what there is.', { summary: 'Lists what there is' }],
    ['Lists what there is', { summary: 'Lists what there is' }],
    ['Makes one: 201. More.', { summary: 'Makes one', description: 'Makes one: 201. More.' }],
    [
      'As of RFC 3.1 it is so. Really.',
      { summary: 'As of RFC 3.1 it is so', description: 'As of RFC 3.1 it is so. Really.' },
    ],
  ])('%s', (comment, expected) => {
    expect(toSummary(comment)).toEqual(expected);
  });
});
