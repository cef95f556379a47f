import { describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "./config.js";
import { ConfigError } from "./config-error.js";

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 250).toString("base64")}`;

function failure(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("loadConfig", () => {
  it("has a default for everything", () => {
    const defaults = {
      storeUrl: "sqlite:./data/crm.db",
      queueUrl: "sqlite:./data/crm.db",
      namespace: "crm",
      senderUrl: "simulated:",
      allowPrivateAddresses: false,
      port: 3000,
      host: "127.0.0.1",
      console: "on",
      currency: "USD",
      timeZone: "UTC",
      defaultConsent: "subscribed",
      unknownCustomers: "make",
      batchSize: 500,
      batchWaitMs: 50,
      leaseMs: 15_000,
      retryMinutes: 1_440,
      maxAttempts: 0,
      breakerFailures: 10,
      maxJsonBytes: 8 * 1024 ** 2,
      maxRowBytes: 1024 ** 2,
      maxStreamBytes: 4 * 1024 ** 3,
      logLevel: "info",
    };
    expect(loadConfig({})).toEqual(defaults);
    expect(loadConfig({ PORT: "", API_KEY: "" })).toEqual(defaults);
    expect(parseConfig({})).toEqual(defaults);
  });

  it.each([
    [{ STORE_URL: "memory:" }, { queueUrl: "memory:" }],
    [{ STORE_URL: "sqlite:/tmp/a.db" }, { queueUrl: "sqlite:/tmp/a.db" }],
    [{ QUEUE_URL: "memory:" }, { storeUrl: "sqlite:./data/crm.db", queueUrl: "memory:" }],
    [
      { MAX_JSON_BYTES: "8MiB", MAX_ROW_BYTES: "64 KiB", MAX_STREAM_BYTES: "1048576" },
      { maxJsonBytes: 8_388_608, maxRowBytes: 65_536, maxStreamBytes: 1_048_576 },
    ],
    [
      { PORT: "0", SENDER_RATE: "50", CURRENCY: "GBP", TIME_ZONE: "Europe/London" },
      { port: 0, senderRate: 50, currency: "GBP", timeZone: "Europe/London" },
    ],
    [{ SENDER_URL: "simulated:?failureRate=0.1&delayMs=5&seed=1" }, { senderUrl: "simulated:?failureRate=0.1&delayMs=5&seed=1" }],
    [{ SENDER_URL: "https://user:pass@vendor.example/send" }, { senderUrl: "https://user:pass@vendor.example/send" }],
    [
      { SENDER_URL: "http://localhost:4000", ALLOW_PRIVATE_ADDRESSES: "true" },
      { senderUrl: "http://localhost:4000", allowPrivateAddresses: true },
    ],
    [
      { SENDER_URL: "smtp://u:p@10.0.0.1:25/?from=News <news@example.com>", BREAKER_FAILURES: "3" },
      { senderUrl: "smtp://u:p@10.0.0.1:25/?from=News <news@example.com>", breakerFailures: 3 },
    ],
    [
      { DEFAULT_CONSENT: "none", UNKNOWN_CUSTOMERS: "reject", PHONE_REGION: "GB", ADDRESS_KEY: "k".repeat(32) },
      { defaultConsent: "none", unknownCustomers: "reject", phoneRegion: "GB", addressKey: "k".repeat(32) },
    ],
    [
      { CORS_ORIGINS: "https://console.example.com, http://localhost:5173" },
      { corsOrigins: ["https://console.example.com", "http://localhost:5173"] },
    ],
    [{ WEBHOOK_SECRET }, { webhookSecret: WEBHOOK_SECRET }],
    [
      { PUBLIC_URL: "https://crm.example/base", UNSUBSCRIBE_SECRET: "0123456789abcdef" },
      { publicUrl: "https://crm.example/base", unsubscribeSecret: "0123456789abcdef" },
    ],
    [
      { PUBLIC_URL: "http://127.0.0.1:3000", UNSUBSCRIBE_SECRET: "0123456789abcdef" },
      { publicUrl: "http://127.0.0.1:3000", allowPrivateAddresses: false },
    ],
  ])("reads %j", (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  it.each([
    ["STORE_URL", "postgres://localhost/crm", "memory:, sqlite:PATH or mongodb://…"],
    ["STORE_URL", "sqlite:", "sqlite:PATH"],
    ["QUEUE_URL", "kafka://localhost", "memory:, sqlite:PATH, redis://… or amqp://…"],
    ["NAMESPACE", "a b", "letters"],
    ["SENDER_URL", "smtp://mail.example.com", "from is required"],
    ["SENDER_URL", "ftp://vendor.example", "simulated:"],
    ["SENDER_URL", "http://vendor.example/send", "ALLOW_PRIVATE_ADDRESSES=true"],
    ["SENDER_URL", "https://192.168.0.7/send", "ALLOW_PRIVATE_ADDRESSES=true"],
    ["ALLOW_PRIVATE_ADDRESSES", "yes", "true or false"],
    ["CONSOLE", "no", "on or off"],
    ["CORS_ORIGINS", "*", "origins"],
    ["CORS_ORIGINS", "https://console.example.com/", "origins"],
    ["CORS_ORIGINS", "https://console.example.com,,http://localhost:5173", "origins"],
    ["CORS_ORIGINS", "console.example.com", "origins"],
    ["CORS_ORIGINS", "null", "origins"],
    ["BREAKER_FAILURES", "0", "from 1"],
    ["DEFAULT_CONSENT", "maybe", "subscribed or none"],
    ["UNKNOWN_CUSTOMERS", "drop", "make or reject"],
    ["PHONE_REGION", "UK", "such as GB"],
    ["PUBLIC_URL", "crm.example", "https://HOST"],
    ["PUBLIC_URL", "http://crm.example", "https://HOST"],
    ["PUBLIC_URL", "https://10.0.0.1", "https://HOST"],
    ["SENDER_URL", "simulated:?failureRate=2", "from 0 to 1"],
    ["SENDER_URL", "simulated:?failRate=0.1", "failureRate"],
    ["PORT", "http", "0 to 65535"],
    ["PORT", "65536", "0 to 65535"],
    ["HOST", "a\nb", "host name"],
    ["CURRENCY", "usd", "ISO 4217"],
    ["CURRENCY", "ZZZ", "ISO 4217"],
    ["TIME_ZONE", "Mars/Olympus", "IANA"],
    ["BATCH_SIZE", "0", "from 1"],
    ["BATCH_WAIT_MS", "-1", "from 0"],
    ["LEASE_MS", "1.5", "whole number"],
    ["MAX_ATTEMPTS", "many", "whole number"],
    ["RETRY_MINUTES", "0", "from 1"],
    ["SENDER_RATE", "0", "from 1"],
    ["MAX_JSON_BYTES", "8 megabytes", "8MiB"],
    ["LOG_LEVEL", "loud", "debug"],
  ])("says in one line what is wrong with %s=%s", (name, value, allowed) => {
    const { message } = failure(() => loadConfig({ [name]: value }));
    expect(message.startsWith(`${name} is ${JSON.stringify(value)}; it may be `)).toBe(true);
    expect(message).toContain(allowed);
    expect(message).not.toContain("\n");
  });

  it("shows no secrets: neither keys nor what a URL carries", () => {
    for (const name of ["API_KEY", "WEBHOOK_SECRET", "UNSUBSCRIBE_SECRET", "ADDRESS_KEY"]) {
      const { message } = failure(() => loadConfig({ [name]: "s3cret" }));
      expect(message).toMatch(new RegExp(`^${name} is set to something else; it may be `));
      expect(message).not.toContain("s3cret");
    }
    const smtp = failure(() => loadConfig({ SENDER_URL: "smtp://user:s3cret@mail.example.com/?from=nobody" })).message;
    expect(smtp).toContain("mail.example.com");
    expect(smtp).not.toContain("s3cret");
    const { message } = failure(() => loadConfig({ STORE_URL: "mongo://user:pa/ss@w0rd@db.example.com/crm?token=s3cret" }));
    expect(message).toContain("db.example.com");
    expect(message).not.toMatch(/pa\/ss|w0rd|s3cret/);
  });

  it.each(["whsec_", "whsec_c2hvcnQ=", `${WEBHOOK_SECRET}!`, WEBHOOK_SECRET.slice(6)])(
    "takes %s for no webhook secret",
    (value) => expect(failure(() => loadConfig({ WEBHOOK_SECRET: value })).message).toContain("whsec_"),
  );

  it("wants a secret for the unsubscribe links of a public server", () => {
    expect(failure(() => loadConfig({ PUBLIC_URL: "https://crm.example" })).message).toMatch(
      /^UNSUBSCRIBE_SECRET must be given with PUBLIC_URL/,
    );
  });

  it("wants a queue named with a MongoDB store, which has none of its own", () => {
    expect(failure(() => loadConfig({ STORE_URL: "mongodb://localhost/crm" })).message).toMatch(/^QUEUE_URL must be given/);
    const urls = { STORE_URL: "mongodb://localhost/crm", QUEUE_URL: "amqp://localhost" };
    expect(loadConfig(urls)).toMatchObject({ storeUrl: urls.STORE_URL, queueUrl: urls.QUEUE_URL });
  });
});

describe("parseConfig", () => {
  it("takes numbers as well as text and names settings as they were given", () => {
    expect(parseConfig({ batchSize: 10, maxJsonBytes: "1KiB" })).toMatchObject({ batchSize: 10, maxJsonBytes: 1024 });
    expect(failure(() => parseConfig({ batchSize: 0 })).message).toMatch(/^batchSize is "0"; it may be a whole number/);
    expect(failure(() => parseConfig(JSON.parse('{ "storeURL": "memory:" }'))).message).toMatch(
      /^storeURL is no setting: .*storeUrl/,
    );
  });
});
