import { z } from "zod";
import { formatInstant, type Instant } from "../../model/instant.js";
import { instantViewSchema } from "../instant.js";
import type { View } from "../view.js";

export const WAITED_FOR = [
  "user",
  "schedule",
  "store",
  "queue",
  "worker",
  "lease",
  "vendor",
  "vendor_rate",
  "rate",
  "retry",
  "dead_letter",
] as const;

/** What something that is under way waits for; with no `until`, for as long as nobody does anything about it. */
export interface Waiting {
  readonly what: (typeof WAITED_FOR)[number];
  readonly why: string;
  readonly until?: Instant;
}

const schema = z
  .array(z.object({ what: z.enum(WAITED_FOR), why: z.string(), until: instantViewSchema.optional() }))
  .meta({ description: "What it waits for now, and until when; absent while it gets on." });

type WaitingView = View<z.output<typeof schema>>;
export const waitingViewSchema = schema;

/** The field of a view; none where it waits for nothing. */
export function viewWaiting(waiting: readonly Waiting[]): { readonly waitsFor?: WaitingView } {
  if (waiting.length === 0) return {};
  const shown = waiting.map(({ what, why, until }) => ({
    what,
    why,
    ...(until === undefined ? {} : { until: formatInstant(until) }),
  }));
  return { waitsFor: shown };
}
