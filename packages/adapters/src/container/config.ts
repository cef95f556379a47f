import { z } from "zod";
import { ConfigError, shownValue } from "./config-error.js";
import { parseSimulatedUrl } from "./sender-for.js";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** A setting: how it is read, and in words what it may hold. */
interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly allows: string;
  readonly secret?: true;
}

function setting<S extends z.ZodType>(allows: string, schema: S): Setting<S> {
  return { schema, allows };
}

function integer(from: number, to: number, byDefault: number) {
  return setting(`a whole number from ${from} to ${to}`, wholeNumber(from, to).default(byDefault));
}

function wholeNumber(from: number, to: number) {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .pipe(z.int().min(from).max(to));
}

const UNITS: Readonly<Record<string, number>> = { "": 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

function bytes(byDefault: number) {
  const size = z
    .string()
    .regex(/^\d{1,15} ?(B|KiB|MiB|GiB)?$/)
    .transform((text) => Number.parseInt(text, 10) * (UNITS[text.replace(/[\d ]/g, "")] ?? 1));
  return setting(
    "a size such as 8MiB, 64KiB, or a number of bytes",
    z.union([z.number(), size]).pipe(z.int().min(1)).default(byDefault),
  );
}

const STORE_URLS = "memory:, sqlite:PATH or mongodb://…";
const QUEUE_URLS = "memory:, sqlite:PATH, redis://… or amqp://…";

const SETTINGS = {
  storeUrl: setting(
    STORE_URLS,
    z
      .string()
      .regex(/^(memory:$|sqlite:.|mongodb(\+srv)?:\/\/.)/)
      .default("sqlite:./data/crm.db"),
  ),
  queueUrl: setting(
    QUEUE_URLS,
    z
      .string()
      .regex(/^(memory:$|sqlite:.|rediss?:\/\/.|amqps?:\/\/.)/)
      .optional(),
  ),
  namespace: setting(
    "up to 30 letters, digits and _, beginning with a letter",
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,29}$/)
      .default("crm"),
  ),
  senderUrl: setting(
    "simulated: or simulated:?failureRate=0.1&delayMs=5&seed=1 (failureRate from 0 to 1, delayMs and seed whole numbers)",
    z
      .string()
      .refine((url) => parseSimulatedUrl(url) !== undefined)
      .default("simulated:"),
  ),
  port: integer(0, 65_535, 3_000),
  host: setting(
    "a host name or an IP address to listen on",
    z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,255}$/)
      .default("127.0.0.1"),
  ),
  apiKey: {
    ...setting(
      "8 to 200 visible ASCII characters",
      z
        .string()
        .regex(/^[\x21-\x7e]{8,200}$/)
        .optional(),
    ),
    secret: true as const,
  },
  currency: setting(
    "an ISO 4217 code such as USD",
    z
      .string()
      .refine((code) => Intl.supportedValuesOf("currency").includes(code))
      .default("USD"),
  ),
  timeZone: setting("an IANA time zone such as Europe/London", z.string().refine(isTimeZone).default("UTC")),
  batchSize: integer(1, 10_000, 500),
  batchWaitMs: integer(0, 60_000, 50),
  leaseMs: integer(2_000, 3_600_000, 15_000),
  maxAttempts: integer(1, 100, 8),
  senderRate: setting("messages a second, a whole number from 1 to 1000000", wholeNumber(1, 1_000_000).optional()),
  maxJsonBytes: bytes(8 * 2 ** 20),
  maxRowBytes: bytes(2 ** 20),
  maxStreamBytes: bytes(4 * 2 ** 30),
  logLevel: setting(LOG_LEVELS.join(", "), z.enum(LOG_LEVELS).default("info")),
} satisfies Record<string, Setting>;

type Settings = typeof SETTINGS;
type SettingName = keyof Settings;
type Values = { readonly [N in SettingName]: z.output<Settings[N]["schema"]> };

/** Everything that can be configured. */
export type Config = Omit<Values, "queueUrl"> & { readonly queueUrl: string };
/** The same, as an embedder gives it: all of it may be left out. */
export type ConfigInput = { readonly [N in SettingName]?: z.input<Settings[N]["schema"]> };

/** Reads the environment; empty variables count as absent. Throws ConfigError for the first that is wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return readSettings((name) => {
    const variable = variableName(name);
    return { label: variable, value: env[variable] === "" ? undefined : env[variable] };
  });
}

/** Checks settings given in a program and fills in what is left out. */
export function parseConfig(input: ConfigInput): Config {
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(SETTINGS, name));
  if (unknown !== undefined) throw new ConfigError(`${unknown} is no setting: there are ${Object.keys(SETTINGS).join(", ")}`);
  return readSettings((name) => ({ label: name, value: input[name] }));
}

function readSettings(read: (name: SettingName) => { readonly label: string; readonly value: unknown }): Config {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, allows, secret }] of Object.entries<Setting>(SETTINGS)) {
    const { label, value } = read(name as SettingName);
    const result = schema.safeParse(value);
    if (!result.success)
      throw new ConfigError(`${label} is ${secret ? "set to something else" : shownValue(value)}; it may be ${allows}`);
    if (result.data !== undefined) values[name] = result.data;
  }
  const config = values as Values;
  const queueUrl = config.queueUrl ?? (config.storeUrl.startsWith("mongodb") ? undefined : config.storeUrl);
  if (queueUrl === undefined)
    throw new ConfigError(`${read("queueUrl").label} must be given with a mongodb: store; it may be ${QUEUE_URLS}`);
  return { ...config, queueUrl };
}

/** `maxJsonBytes` is MAX_JSON_BYTES. */
function variableName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) instanceof Intl.DateTimeFormat && /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
