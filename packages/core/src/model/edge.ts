import { z } from "zod";
import type { Issue } from "../errors.js";
import type { AttributeTypes } from "./attribute.js";
import { type Instant, parseInstant } from "./instant.js";

/** What the edge needs to know to read input: the engine's one currency, the zone of times without an offset, and what attributes hold. */
export interface EdgeContext {
  /** ISO 3166 code of the country of phone numbers that name none. */
  readonly phoneRegion?: string;
  readonly currency: string;
  readonly currencyDecimals: number;
  readonly timeZone: string;
  /** What a record that says nothing of a channel means; subscribed. */
  readonly defaultConsent?: "subscribed" | "none";
  /** Attributes that the embedder declared. */
  readonly attributes?: AttributeTypes;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

/** Text of bounded length without NUL or lone surrogates, which some stores can't keep. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => !value.includes("\0") && value.isWellFormed(), "must not hold NUL or a lone surrogate");
}

/** An id as given by a user: 1 to 200 characters, no `~` (it marks generations of a message), no control characters. */
export const idText = text(200)
  .min(1)
  .refine((value) => !hasControlCharacter(value) && !value.includes("~"), "must not hold ~ or control characters")
  .refine((value) => value.trim() === value, "must not begin or end with a space")
  .refine((value) => value !== "." && value !== "..", "must not be . or .., which no URL can hold");

/** ISO 8601 text to an instant; wall-clock time is read in the engine's zone. */
export function instantText(context: EdgeContext) {
  return z
    .string()
    .max(40)
    .meta({ format: "date-time", description: "ISO 8601; without an offset it is wall-clock time in the engine's time zone." })
    .transform((value, refinement): Instant => {
      const instant = parseInstant(value, context.timeZone);
      if (instant === undefined) {
        refinement.addIssue({ code: "custom", message: "must be an ISO 8601 date or date-time" });
        return z.NEVER;
      }
      return instant;
    });
}

/** Parses untrusted input with a schema; issues come with dotted paths and are never more than 100. */
export function parseWith<S extends z.ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const result = schema.safeParse(input);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: issuesOf(result.error) };
}

export function issuesOf(error: z.ZodError): readonly Issue[] {
  return error.issues.slice(0, 100).map((issue) => ({
    path:
      issue.code === "unrecognized_keys" && issue.keys[0] !== undefined
        ? [...issue.path, issue.keys[0]].join(".")
        : issue.path.join("."),
    message: issue.code === "unrecognized_keys" ? "is not a known field" : issue.message,
  }));
}

function hasControlCharacter(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  }
  return false;
}
