import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Tells what has no end of its own, such as an event stream, that the service is stopping. */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly controller = new AbortController();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  onModuleDestroy(): void {
    this.controller.abort();
  }
}
