import { z } from "zod";
import { formatInstant, type Instant } from "../model/instant.js";

/** A point in time, in UTC. */
export const instantViewSchema = z.string().meta({ format: "date-time" });

/** Those of the named instants that are there, as ISO 8601 in UTC. */
export function viewInstants<K extends string>(instants: { readonly [N in K]?: Instant | undefined }): { [N in K]?: string } {
  const present: { [N in K]?: string } = {};
  for (const name in instants) {
    const instant = instants[name];
    if (instant !== undefined) present[name] = formatInstant(instant);
  }
  return present;
}
