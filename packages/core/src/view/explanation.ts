import { z } from "zod";
import type { Explanation as ExplanationNode } from "../query/explain.js";

export type { ExplanationNode };

/** Why a customer is selected by a rule, or is not. */
export interface Explanation {
  readonly matches: boolean;
  readonly tree: ExplanationNode;
}

export const explanationViewSchema: z.ZodType<Explanation> = z
  .object({ matches: z.boolean(), tree: z.custom<ExplanationNode>().meta({ type: "object" }) })
  .meta({ id: "Explanation", description: "The rule's tree with what was seen and decided at each node." });
