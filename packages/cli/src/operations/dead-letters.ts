import type { DeadLetter, Topic } from "@crm-engine/core";
import { createLogger } from "@crm-engine/http";
import { CommandError } from "../exit.js";
import { withEngine } from "./with-engine.js";

const PAGE = 500;

/** `crm dead-letters list`: one line each, oldest first; with `--json` whole, as NDJSON. */
export async function listDeadLetters(options: { readonly topic?: Topic; readonly json?: boolean }): Promise<void> {
  await withEngine(async ({ queues }) => {
    const filter = options.topic === undefined ? {} : { topic: options.topic };
    let count = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await queues.deadLetters(filter, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      for (const letter of page.items) process.stdout.write(`${options.json ? JSON.stringify(letter) : line(letter)}\n`);
      count += page.items.length;
      cursor = page.nextCursor;
    }
    if (!options.json) process.stdout.write(count === 0 ? "no dead letters\n" : `${letters(count)}\n`);
  });
}

/** `crm dead-letters replay`: some by id, or all of a topic. */
export async function replayDeadLetters(ids: readonly string[], options: { readonly topic?: Topic }): Promise<void> {
  const { topic } = options;
  if ((topic === undefined) === (ids.length === 0)) throw new CommandError("give ids, or --topic for all of a topic");
  await withEngine(async ({ queues }) => {
    const replayed = await queues.replay(topic === undefined ? { ids } : { topic });
    process.stdout.write(`${letters(replayed)} put back; a worker takes ${replayed === 1 ? "it" : "them"} up\n`);
  });
}

/** `crm dead-letters discard`: some by id, for good; one line of the log says how many and why. */
export async function discardDeadLetters(ids: readonly string[], { reason }: { readonly reason?: string }): Promise<void> {
  await withEngine(async ({ queues }, { logLevel }) => {
    const discarded = await queues.discard({ ids, reason });
    createLogger(logLevel).info({ discarded, reason }, "dead letters discarded");
    process.stdout.write(`${letters(discarded)} discarded\n`);
  });
}

/** Without the body: it may hold personal data. */
function line({ id, topic, reason, attempts, deadAt }: DeadLetter): string {
  return `${deadAt}  ${topic}  ${id}  after ${attempts} attempts: ${reason}`;
}

function letters(count: number): string {
  return count === 1 ? "1 dead letter" : `${count} dead letters`;
}
