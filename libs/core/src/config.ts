import { readFileSync } from 'node:fs';
import { AppError } from './app-error.ts';
import type { Environment } from './environment.ts';

/**
 * One setting of the environment. `parse` throws an Error whose message completes "NAME … ", e.g. `must be a whole number`.
 * A secret can come from the file named by `NAME_FILE`, and its value never appears in a message.
 */
export interface Setting<T> {
  name: string;
  aliases: readonly string[];
  example: string;
  secret: boolean;
  fallback: () => T;
  parse: (text: string) => T;
}

export type SettingsOf<S extends Record<string, Setting<unknown>>> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

interface Options<T> {
  aliases?: readonly string[];
  example?: string;
  default?: T;
}

function setting<T, D>(
  name: string,
  options: Options<D>,
  example: string,
  parse: (text: string) => T,
  secret = false,
): Setting<T | D> {
  return {
    name,
    aliases: options.aliases ?? [],
    example: options.example ?? example,
    secret,
    fallback: () => options.default as D,
    parse,
  };
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < least || value > most) {
    throw new Error(`must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  // MongoDB seed lists have several hosts, which the URL parser refuses: only the scheme and the presence of a host count.
  const match = /^([a-z][a-z0-9+.-]*):\/\/[^/\s]+/i.exec(text);
  return match !== null && protocols.includes(match[1] ?? '');
}

/** The kinds of setting. Each takes the variable's name; without a default the value is `undefined` when it is not set. */
export const env = {
  text<D extends string | undefined = undefined>(name: string, options: Options<D> = {}): Setting<string | D> {
    return setting(name, options, 'text', (text) => text);
  },
  secret(name: string, options: Options<undefined> = {}): Setting<string | undefined> {
    return setting<string, undefined>(name, options, 'a long random text', (text) => text, true);
  },
  int<D extends number | undefined = undefined>(
    name: string,
    range: readonly [number, number],
    options: Options<D> = {},
  ): Setting<number | D> {
    return setting(name, options, String(options.default ?? range[0]), (text) => wholeNumber(text, range[0], range[1]));
  },
  port(name: string, fallback: number): Setting<number> {
    return setting(name, { default: fallback }, String(fallback), (text) => wholeNumber(text, 0, 65_535));
  },
  bool(name: string, fallback: boolean): Setting<boolean> {
    return setting(name, { default: fallback }, String(fallback), (text) => {
      if (/^(true|1|yes|on)$/i.test(text)) return true;
      if (/^(false|0|no|off)$/i.test(text)) return false;
      throw new Error('must be true or false');
    });
  },
  oneOf<const V extends string>(name: string, values: readonly V[], fallback: NoInfer<V>): Setting<V> {
    return setting(name, { default: fallback }, fallback, (text) => {
      const value = values.find((candidate) => candidate === text);
      if (value === undefined) throw new Error(`must be one of ${values.join(', ')}`);
      return value;
    });
  },
  /** A URI may hold a password, so it counts as a secret. */
  uri(name: string, protocols: readonly string[], options: Options<undefined> = {}): Setting<string | undefined> {
    const example = `${protocols[0]}://host`;
    const parse = (text: string): string => {
      if (!isUrl(text, protocols)) throw new Error(`must be a URI that starts with ${protocols.join(':// or ')}://`);
      return text;
    };
    return setting<string, undefined>(name, options, example, parse, true);
  },
  list(name: string): Setting<readonly string[]> {
    const parse = (text: string): string[] => text.split(',').map((part) => part.trim());
    return setting<readonly string[], readonly string[]>(name, { default: [] }, 'a,b', parse);
  },
  secretList(name: string): Setting<readonly string[]> {
    return { ...env.list(name), secret: true };
  },
};

function readRaw(spec: Setting<unknown>, environment: Environment): { name: string; text: string } | undefined {
  for (const name of [spec.name, ...spec.aliases]) {
    const text = environment[name];
    if (text !== undefined && text !== '') return { name, text };
    const file = environment[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    try {
      return { name, text: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
    } catch (error) {
      throw new Error(`${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    }
  }
  return undefined;
}

function readOne(spec: Setting<unknown>, environment: Environment): unknown {
  const raw = readRaw(spec, environment);
  if (!raw) return spec.fallback();
  try {
    return spec.parse(raw.text);
  } catch (error) {
    const shown = spec.secret ? '' : ` (it is "${raw.text.slice(0, 60)}")`;
    throw new Error(`${raw.name} ${(error as Error).message}${shown}, for example ${raw.name}=${spec.example}`);
  }
}

/**
 * Reads every setting of `specs`, from the variable, its aliases or the file that `NAME_FILE` names.
 * @throws AppError CONFIG_INVALID with one line that names every bad variable, what is wrong and an example.
 */
export function loadConfig<S extends Record<string, Setting<unknown>>>(
  specs: S,
  environment: Environment,
): SettingsOf<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(specs)) {
    try {
      values[key] = readOne(spec, environment);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', problems.join('; '));
  return values as SettingsOf<S>;
}
