import { z } from "zod";
import { type Issue, invalid } from "../../errors.js";
import { CHANNELS } from "../../model/channel.js";
import { parseWith } from "../../model/edge.js";
import { type Instant, isTimeZone, parseInstant } from "../../model/instant.js";
import { type LoweredRule, lower } from "../../query/lower-rule.js";
import { type ParsedRule, parseRule } from "../../query/parse/parse-rule.js";
import type { EngineParts } from "../engine-parts.js";
import { requireReferences } from "./referenced-segments.js";
import { ruleContext } from "./rule-context.js";

/** The parts of a question about a rule, beside the rule. */
export const ruleRequestSchema = z.strictObject({
  rule: z.unknown(),
  asOf: z.string().max(40).optional().meta({ format: "date-time", description: "The rule's now." }),
  timeZone: z.string().max(100).optional(),
});

export const estimateRequestSchema = ruleRequestSchema.extend({
  channel: z.enum(CHANNELS).optional().meta({ description: "Also says how many of them can be reached by it." }),
});

export const explainRequestSchema = ruleRequestSchema.extend({ customerId: z.string().min(1).max(400) });

type RuleRequestFields = z.output<typeof ruleRequestSchema>;

/**
 * Reads a question about a rule. The rule is parsed and lowered once, with one `now`, one zone and the segments that it refers to;
 * `asked` is what decides the answer besides the time.
 */
export async function readRequest<T extends RuleRequestFields>(
  schema: z.ZodType<T>,
  json: unknown,
  parts: EngineParts,
): Promise<{ readonly request: T; readonly lowered: LoweredRule; readonly asked: readonly unknown[] }> {
  const { fields: request, parsed } = parseWithRule(schema, json, parts);
  const { timeZone } = request;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw invalid([{ path: "timeZone", message: "must be an IANA time zone such as Europe/London" }]);
  }
  const now = await readAsOf(request.asOf, parts);
  const segments = await requireReferences(parsed.rule, parts);
  const context = ruleContext(parts, { now, timeZone, segments });
  return { request, lowered: lower(parsed, context), asked: [parsed.rule, context.timeZone, segments] };
}

/** Parses what carries a rule. Throws `invalid` with the faults of both. */
export function parseWithRule<T>(
  schema: z.ZodType<T>,
  json: unknown,
  { context }: EngineParts,
): { readonly fields: T; readonly parsed: ParsedRule } {
  const fields = parseWith(schema, json);
  const rule = parseRule(typeof json === "object" && json !== null && "rule" in json ? json.rule : undefined, context);
  if (fields.ok && rule.ok) return { fields: fields.value, parsed: rule.value };
  const others = fields.ok ? [] : fields.issues.filter(({ path }) => path !== "rule");
  throw invalid([...others, ...(rule.ok ? [] : underRule(rule.issues))]);
}

export async function readAsOf(asOf: string | undefined, parts: EngineParts): Promise<Instant> {
  if (asOf === undefined) return parts.clock();
  const instant = parseInstant(asOf, parts.context.timeZone);
  if (instant === undefined) throw invalid([{ path: "asOf", message: "must be an ISO 8601 date-time" }]);
  return instant;
}

function underRule(issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => ({ ...issue, path: issue.path ? `rule.${issue.path}` : "rule" }));
}
