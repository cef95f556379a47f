import { z } from "zod";
import { formatInstant, type Instant } from "../../model/instant.js";
import { isAlive, ROLES, type StoredHeartbeat } from "../../ports/heartbeats.js";
import { TOPICS } from "../../ports/queue.js";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";

const schema = z
  .object({
    id: z.string().meta({ description: "Of this run of the process." }),
    role: z.enum(ROLES),
    state: z.enum(["alive", "silent", "ended"]).meta({ description: "`silent`: it was killed, or can't reach the store." }),
    version: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAt: instantViewSchema,
    seenAt: instantViewSchema.meta({ description: "When it last said that it is alive; every 3 s." }),
    doing: z.array(
      z.object({
        duty: z.enum([...TOPICS, "campaigns", "erasures", "upkeep"]),
        inHand: z.int().meta({ description: "Messages that it was working on." }),
        trouble: z.object({ since: instantViewSchema, reason: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: "WorkerProcess" });

/** A process, by what it last said of itself. */
export interface WorkerProcess extends View<z.output<typeof schema>> {}
export const workerProcessViewSchema: z.ZodType<WorkerProcess> = viewSchema(schema);

export function viewWorkerProcess(heartbeat: StoredHeartbeat, now: Instant): WorkerProcess {
  const { id, role, version, host, pid, startedAt, seenAt, doing, ended } = heartbeat;
  return {
    ...{ id, role, version, host, pid },
    state: ended ? "ended" : isAlive(heartbeat, now) ? "alive" : "silent",
    startedAt: formatInstant(startedAt),
    seenAt: formatInstant(seenAt),
    doing: doing.map(({ duty, inHand, trouble }) => ({
      duty,
      inHand,
      ...(trouble === undefined ? {} : { trouble: { since: formatInstant(trouble.since), reason: trouble.reason } }),
    })),
  };
}
