import { formatInstant, type Instant } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";

export const instantSchema = z.string().openapi({ format: "date-time" });

/** Those of the named instants that are there, as ISO 8601 in UTC. */
export function presentInstants<K extends string>(instants: { readonly [N in K]?: Instant | undefined }): { [N in K]?: string } {
  const present: { [N in K]?: string } = {};
  for (const name in instants) {
    const instant = instants[name];
    if (instant !== undefined) present[name] = formatInstant(instant);
  }
  return present;
}
