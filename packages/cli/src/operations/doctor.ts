import { type Config, shownValue } from "@crm-engine/adapters/container";
import type { CampaignStatus, Engine } from "@crm-engine/core";
import { CommandError } from "../exit.js";
import { withEngine } from "./with-engine.js";

/** A finding; what is not `ok` says what to do about it. */
interface Finding {
  readonly level: "ok" | "warn" | "fail";
  readonly text: string;
}

/** A queue whose oldest message has waited so long has no worker, or too few. */
const LAG_MS = 60_000;

/** `crm doctor`: what is configured, whether it answers, how far it may be believed, and what waits for an operator. */
export async function doctorCommand(): Promise<void> {
  const failures = await withEngine(async (engine, config) => {
    const findings = [...settings(config), ...(await answers(engine)), ...(await queues(engine)), ...(await campaigns(engine))];
    for (const { level, text } of findings) process.stdout.write(`${level.padEnd(4)}  ${text}\n`);
    return findings.filter(({ level }) => level === "fail").length;
  });
  if (failures > 0) throw new CommandError(`${failures} of these need mending`);
}

function settings({ storeUrl, queueUrl, senderUrl, apiKey, host }: Config): readonly Finding[] {
  const simulated = senderUrl.startsWith("simulated:");
  return [
    ok(`STORE_URL ${shownValue(storeUrl)}, QUEUE_URL ${shownValue(queueUrl)}`),
    simulated
      ? warn(`SENDER_URL is ${shownValue(senderUrl)}: campaigns run, and nobody is written to`)
      : ok(`SENDER_URL ${shownValue(senderUrl)}`),
    apiKey === undefined ? warn(`API_KEY is not set: crm serve only starts on loopback (HOST is ${host})`) : ok("API_KEY is set"),
  ];
}

async function answers(engine: Engine): Promise<readonly Finding[]> {
  const { store, queue } = await engine.ready();
  const warnings = [...new Set([...store.warnings, ...queue.warnings])];
  return [
    ok(`store answers: ${store.name} ${store.version}${store.durable ? "" : ", not durable"}`),
    ok(`queue answers: ${queue.name} ${queue.version}${queue.durable ? "" : ", not durable"}`),
    ...[store.refusesWrites, queue.refusesWrites].filter((reason) => reason !== undefined).map(fail),
    ...warnings.map(warn),
  ];
}

async function queues(engine: Engine): Promise<readonly Finding[]> {
  const depths = await engine.queues.depths();
  return depths.flatMap(({ topic, messages, deadLetters, oldestAgeMs }) => [
    oldestAgeMs !== undefined && oldestAgeMs > LAG_MS
      ? warn(`${topic}: ${messages} messages wait, the oldest for ${Math.round(oldestAgeMs / 1_000)} s; is a worker running?`)
      : ok(`${topic}: ${messages} messages wait`),
    ...(deadLetters > 0 ? [warn(`${topic}: ${deadLetters} dead letters; see crm dead-letters list --topic ${topic}`)] : []),
  ]);
}

/** Campaigns that the engine stopped, or that have rows of which nobody knows, wait for a person. */
async function campaigns(engine: Engine): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const counts = new Map<CampaignStatus, number>();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await engine.campaigns.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id, status, reason } of page.items) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status === "failed" || (status === "paused" && reason !== undefined))
        findings.push(warn(`campaign ${id} is ${status}: ${reason ?? "see its history"}; mend that, then resume it`));
      if (status === "draft" || status === "scheduled") continue;
      const { unknown, total, ...states } = await engine.campaigns.stats(id);
      if (unknown > 0) findings.push(warn(`campaign ${id} has ${unknown} unknown rows: choose resend or skip for them`));
      const { pending, claimed, sent, delivered, failed, bounced, skipped } = states;
      const sum = pending + claimed + sent + delivered + failed + bounced + skipped + unknown;
      if (sum !== total) findings.push(fail(`campaign ${id}: the states of its rows add up to ${sum}, not to ${total}`));
    }
    cursor = page.nextCursor;
  }
  const said = [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
  return [ok(`campaigns: ${said || "none"}`), ...findings];
}

const ok = (text: string): Finding => ({ level: "ok", text });
const warn = (text: string): Finding => ({ level: "warn", text });
const fail = (text: string): Finding => ({ level: "fail", text });
