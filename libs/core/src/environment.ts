/** The one place that reads the process environment. Programs pass what they read here on as values. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): Environment {
  return process.env;
}
