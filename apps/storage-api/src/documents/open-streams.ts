import { AppError } from '@lucid/core/app-error';
import { InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { StorageConfig } from '../config.ts';

/** Counts exports and change feeds: each holds a cursor for as long as its client likes. */
@Injectable()
export class OpenStreams {
  private open = 0;

  constructor(@InjectConfig() private readonly config: StorageConfig) {}

  /** @returns what must be called once when it ends @throws AppError TOO_MANY_REQUESTS */
  enter(): () => void {
    if (this.open >= this.config.documentsMaxStreams) {
      const detail = `${String(this.open)} exports and change feeds are open here: end one, or try again later`;
      throw new AppError('TOO_MANY_REQUESTS', detail, { retryAfterSeconds: 10 });
    }
    this.open += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.open -= 1;
      isOpen = false;
    };
  }
}
