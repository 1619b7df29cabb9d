export const SERVICE_IDENTITY = Symbol('ServiceIdentity');

/** Who this process is. */
export interface ServiceIdentity {
  /** The service's name, e.g. `backup-service`; also the name of its queue. */
  name: string;
  version: string;
  /** Name of this instance, the same after a restart: a worker takes its own interrupted jobs up again by it. */
  instance: string;
}
