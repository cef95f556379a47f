import { type Config, shownValue } from "@crm-engine/adapters/container";
import type { CampaignStatus, Engine } from "@crm-engine/core";
import { CommandError } from "../exit.js";
import { withEngine } from "./with-engine.js";

/** A finding; what is not `ok` says what to do about it. */
interface Finding {
  readonly level: "ok" | "warn" | "fail";
  readonly text: string;
}

/** `crm doctor`: what is configured, whether it answers, how far it may be believed, and what waits for an operator. */
export async function doctorCommand(): Promise<void> {
  const faults = await withEngine(async (engine, config) => {
    const findings = [...settings(config), ...(await state(engine))];
    for (const { level, text } of findings) process.stdout.write(`${level.padEnd(4)}  ${text}\n`);
    return findings.filter(({ level }) => level === "fail").length;
  });
  if (faults > 0) throw new CommandError(`${faults} of these ${faults === 1 ? "needs" : "need"} a hand`);
}

/** Of a store that does not answer nothing more can be told. */
async function state(engine: Engine): Promise<readonly Finding[]> {
  const faults = await engine.health.findings();
  const found = faults.map(({ needsHand, text, campaignId, command }) => {
    const told = [
      text,
      ...(campaignId === undefined ? [] : [`(${campaignId})`]),
      ...(command === undefined ? [] : [`Try: ${command}`]),
    ];
    return (needsHand ? fail : warn)(told.join(" "));
  });
  if (faults.some(({ code }) => code === "store_away")) return found;
  const answered = faults.some(({ code }) => code === "queue_away")
    ? []
    : [...(await answers(engine)), ...(await queues(engine))];
  return [...answered, ...(await workers(engine)), ...found, ...(await campaigns(engine))];
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
    ...warnings.map(warn),
  ];
}

async function queues(engine: Engine): Promise<readonly Finding[]> {
  return (await engine.queues.depths()).map(({ topic, messages }) => ok(`${topic}: ${messages} messages wait`));
}

async function workers(engine: Engine): Promise<readonly Finding[]> {
  const alive = (await engine.health.workers()).filter(({ state }) => state === "alive");
  return alive.map(({ role, host, pid, version, startedAt, doing }) => {
    const duties = doing.map(({ duty, inHand }) => (inHand > 0 ? `${duty} (${inHand} in hand)` : duty)).join(", ");
    return ok(`${role} ${host}, process ${pid}, version ${version}, since ${startedAt}${duties && `: ${duties}`}`);
  });
}

/** Campaigns by their states; those with rows of which nobody knows wait for a person, and rows must add up. */
async function campaigns(engine: Engine): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const counts = new Map<CampaignStatus, number>();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await engine.campaigns.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id, status } of page.items) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status === "draft" || status === "scheduled") continue;
      const { unknown, total, ...states } = await engine.campaigns.stats(id);
      if (unknown > 0) findings.push(fail(`campaign ${id} has ${unknown} unknown rows: choose resend or skip for them`));
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
