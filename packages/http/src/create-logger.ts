import type { Logger } from "@crm-engine/core";
import { ADDRESS_FIELDS } from "@crm-engine/core/schemas";
import { pino } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Lines of JSON on standard error. Fields that hold secrets or addresses are struck out, wherever they came from. */
export function createLogger(level: LogLevel = "info"): Logger {
  const secret = ["authorization", "apiKey", ...ADDRESS_FIELDS, "to", "body"];
  return pino({ level, redact: [...secret, ...secret.map((name) => `*.${name}`)] }, pino.destination({ fd: 2, sync: true }));
}
