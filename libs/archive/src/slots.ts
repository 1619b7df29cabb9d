interface Waiting {
  readonly weight: number;
  readonly enter: () => void;
}

/** Lets holders in whose weights come to `limit` at most, in the order of asking: who is heavy is not overtaken. */
export class Slots {
  readonly #limit: number;
  #free: number;
  readonly #queue: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    this.#free = limit;
  }

  /** @param weight what is more than the limit counts as the limit; release the same */
  async acquire(weight = 1): Promise<void> {
    const counted = Math.min(weight, this.#limit);
    if (this.#queue.length === 0 && counted <= this.#free) {
      this.#free -= counted;
      return;
    }
    await new Promise<void>((enter) => this.#queue.push({ weight: counted, enter }));
  }

  release(weight = 1): void {
    this.#free += Math.min(weight, this.#limit);
    for (let next = this.#queue[0]; next && next.weight <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.weight;
      next.enter();
    }
  }
}
