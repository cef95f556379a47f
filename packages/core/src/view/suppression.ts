import { z } from "zod";
import { CHANNELS } from "../model/channel.js";
import {
  type AddressEvidence,
  EVIDENCE_KINDS,
  type FoldedEvidence,
  type Suppression as StoredSuppression,
  suppressedBy,
} from "../model/contact/suppression.js";
import { formatInstant } from "../model/instant.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const kind = z.enum(EVIDENCE_KINDS);

const schema = z
  .object({
    channel: z.enum(CHANNELS),
    addressHash: z.string().meta({ description: "Keyed: it stands for the address, and tells nobody what it is." }),
    suppressed: z.boolean(),
    suppressedBy: kind.optional().meta({ description: "The first reason that nothing has lifted." }),
    since: instantViewSchema.optional(),
    evidence: z
      .array(z.object({ kind, at: instantViewSchema, reason: z.string().optional() }))
      .meta({ description: "The latest of each kind, and of soft bounces the latest five; the newest first." }),
  })
  .meta({ id: "Suppression" });

/** What is known of an address. */
export interface Suppression extends View<z.output<typeof schema>> {}
export const suppressionViewSchema: z.ZodType<Suppression> = viewSchema(schema);

export function viewSuppression(known: StoredSuppression): Suppression {
  const by = suppressedBy(known);
  return {
    channel: known.channel,
    addressHash: known.hash,
    suppressed: by !== undefined,
    ...(by ? { suppressedBy: by.kind, since: formatInstant(by.at) } : {}),
    evidence: [...evidenceIn(known)].sort((a, b) => b.at - a.at).map((one) => ({ ...one, at: formatInstant(one.at) })),
  };
}

/** The latest of each kind, and of soft bounces the latest five. */
export function evidenceIn({ latest, softBounces }: FoldedEvidence): readonly Pick<AddressEvidence, "kind" | "at" | "reason">[] {
  return [
    ...EVIDENCE_KINDS.flatMap((name) => {
      const said = name === "soft_bounced" ? undefined : latest[name];
      return said ? [{ kind: name, ...said }] : [];
    }),
    ...softBounces.map(({ at }) => ({ kind: "soft_bounced" as const, at })),
  ];
}
