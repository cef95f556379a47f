import type { Engine, Explanation, FieldCatalogue, StoredSegment } from "@crm-engine/core";
import type { StoredRule } from "@crm-engine/core/ports";
import { formatInstant } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema } from "./instant.js";

/** Checked by the engine, which says where a rule is wrong; described by the schema made from the same definitions. */
export const ruleSchema = z.custom<StoredRule>((value) => value !== undefined, "is required").openapi("Rule", { type: "object" });

export const segmentOutSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    rule: ruleSchema,
    description: z.string().openapi({ description: "The rule in words." }),
    timeZone: z.string().optional(),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .openapi("Segment");

export const explanationSchema = z
  .object({ matches: z.boolean(), tree: z.custom<Explanation>().openapi({ type: "object" }) })
  .openapi("Explanation", { description: "The rule's tree with what was seen and decided at each node." });

export const catalogueSchema = z
  .custom<FieldCatalogue>()
  .openapi("FieldCatalogue", { type: "object", description: "What rules can name, with the types and operators of each." });

export async function presentSegment(segment: StoredSegment, { segments }: Engine): Promise<z.infer<typeof segmentOutSchema>> {
  const { id, name, rule, timeZone } = segment;
  return {
    id,
    name,
    rule,
    description: await segments.describe(rule),
    ...(timeZone === undefined ? {} : { timeZone }),
    createdAt: formatInstant(segment.createdAt),
    updatedAt: formatInstant(segment.updatedAt),
  };
}
