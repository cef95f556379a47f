import { DEFAULT_CONSENTS, isPhoneRegion } from "@crm-engine/core/schemas";
import { z } from "zod";
import { ConfigError, shownValue } from "./config-error.js";
import { isPublicHttps, isSenderUrl, SENDER_URLS } from "./sender-url.js";

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

/** What an error never shows. */
function secret<S extends z.ZodType>(allows: string, schema: S) {
  return { ...setting(allows, schema.optional()), secret: true as const };
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
const PUBLIC_URLS =
  "https://HOST, without user, query or fragment (http:// and private addresses only for loopback or with ALLOW_PRIVATE_ADDRESSES=true)";

const ORIGINS = "origins with commas between them, such as https://console.example.com, http://localhost:5173";

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
  senderUrl: setting(SENDER_URLS, z.string().refine(isSenderUrl).default("simulated:")),
  allowPrivateAddresses: setting(
    "true or false",
    z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]).default(false),
  ),
  port: integer(0, 65_535, 3_000),
  host: setting(
    "a host name or an IP address to listen on",
    z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,255}$/)
      .default("127.0.0.1"),
  ),
  apiKey: secret("8 to 200 visible ASCII characters", z.string().regex(/^[\x21-\x7e]{8,200}$/)),
  corsOrigins: setting(
    ORIGINS,
    z
      .union([z.array(z.string()).readonly(), z.string().transform((text) => text.split(",").map((origin) => origin.trim()))])
      .pipe(z.array(z.string().refine(isOrigin)).min(1).readonly())
      .optional(),
  ),
  webhookSecret: secret("whsec_ and then 24 to 64 bytes in base64", z.string().refine(isWebhookSecret)),
  publicUrl: setting(PUBLIC_URLS, z.string().refine(isPlainUrl).optional()),
  unsubscribeSecret: secret("16 to 200 visible ASCII characters", z.string().regex(/^[\x21-\x7e]{16,200}$/)),
  console: setting("on or off", z.enum(["on", "off"]).default("on")),
  currency: setting(
    "an ISO 4217 code such as USD",
    z
      .string()
      .refine((code) => Intl.supportedValuesOf("currency").includes(code))
      .default("USD"),
  ),
  timeZone: setting("an IANA time zone such as Europe/London", z.string().refine(isTimeZone).default("UTC")),
  defaultConsent: setting(DEFAULT_CONSENTS.join(" or "), z.enum(DEFAULT_CONSENTS).default("subscribed")),
  unknownCustomers: setting("make or reject", z.enum(["make", "reject"]).default("make")),
  phoneRegion: setting("an ISO 3166 country such as GB", z.string().refine(isPhoneRegion).optional()),
  addressKey: secret("32 to 200 visible ASCII characters", z.string().regex(/^[\x21-\x7e]{32,200}$/)),
  batchSize: integer(1, 10_000, 500),
  batchWaitMs: integer(0, 60_000, 50),
  leaseMs: integer(2_000, 3_600_000, 15_000),
  retryMinutes: integer(1, 43_200, 1_440),
  maxAttempts: integer(0, 1_000, 0),
  breakerFailures: integer(1, 1_000, 10),
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

type ReadSetting = (name: SettingName) => { readonly label: string; readonly value: unknown };

function readSettings(read: ReadSetting): Config {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, allows, secret }] of Object.entries<Setting>(SETTINGS)) {
    const { label, value } = read(name as SettingName);
    const result = schema.safeParse(value);
    if (!result.success)
      throw new ConfigError(`${label} is ${secret ? "set to something else" : shownValue(value)}; it may be ${allows}`);
    if (result.data !== undefined) values[name] = result.data;
  }
  const config = values as Values;
  requireAllowed(config, read);
  const queueUrl = config.queueUrl ?? (config.storeUrl.startsWith("mongodb") ? undefined : config.storeUrl);
  if (queueUrl === undefined)
    throw new ConfigError(`${read("queueUrl").label} must be given with a mongodb: store; it may be ${QUEUE_URLS}`);
  return { ...config, queueUrl };
}

/** What depends on other settings. */
function requireAllowed({ senderUrl, publicUrl, allowPrivateAddresses, unsubscribeSecret }: Values, read: ReadSetting): void {
  if (senderUrl.startsWith("http") && !isPublicHttps(senderUrl) && !allowPrivateAddresses) {
    throw new ConfigError(`${read("senderUrl").label} is ${shownValue(senderUrl)}; it may be ${SENDER_URLS}`);
  }
  if (publicUrl === undefined) return;
  if (!isPublicHttps(publicUrl) && !isLoopback(publicUrl) && !allowPrivateAddresses) {
    throw new ConfigError(`${read("publicUrl").label} is ${shownValue(publicUrl)}; it may be ${PUBLIC_URLS}`);
  }
  if (unsubscribeSecret === undefined) {
    const { label } = read("unsubscribeSecret");
    throw new ConfigError(
      `${label} must be given with ${read("publicUrl").label}; it may be ${SETTINGS.unsubscribeSecret.allows}`,
    );
  }
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

/** The keys of Standard Webhooks, in the form in which they are handed out. */
function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? "";
  const key = Buffer.from(encoded, "base64");
  return key.length >= 24 && key.length <= 64 && key.toString("base64") === encoded;
}

function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "" && !/[?#]/.test(text);
}

/** As a browser writes it: in lower case, without a path, and without the port that its scheme has anyway. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
