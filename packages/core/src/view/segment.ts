import { z } from "zod";
import { formatInstant } from "../model/instant.js";
import type { StoredSegment } from "../model/segment.js";
import { type Rule, ruleOf } from "../query/language/rule.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

/** Wants only that there is a rule: the engine says where one is wrong. `ruleJsonSchemas` describes it. */
export const ruleSchema = z.custom<Rule>((value) => value !== undefined, "is required").meta({ id: "Rule", type: "object" });

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    rule: ruleSchema,
    description: z.string().meta({ description: "The rule in words." }),
    timeZone: z.string().optional(),
    version: z.int().meta({ description: "Rises with each write; the ETag." }),
    createdAt: instantViewSchema,
    updatedAt: instantViewSchema,
  })
  .meta({ id: "Segment" });

export interface Segment extends View<z.output<typeof schema>> {
  readonly rule: Rule;
}
export const segmentViewSchema: z.ZodType<Segment> = viewSchema(schema);

/** `description` is the rule in words. */
export function viewSegment(segment: StoredSegment, description: string): Segment {
  const { id, name, rule, timeZone, createdAt, updatedAt } = segment;
  return {
    id,
    name,
    rule: ruleOf(rule),
    description,
    ...(timeZone === undefined ? {} : { timeZone }),
    version: segment.version,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}
