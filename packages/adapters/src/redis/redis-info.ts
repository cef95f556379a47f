import type { ServiceInfo } from "@crm-engine/core/ports";
import { type Redis, ReplyError } from "ioredis";
import { fullReason } from "./redis-link.js";

/** What the server is, how far it can be believed (as durable as its append-only file), and whether it takes messages. */
export async function redisInfo(client: Redis, namespace: string): Promise<ServiceInfo> {
  const facts = factsOf(await client.info());
  const appendOnly = facts.aof_enabled === "1";
  const evicts = Number(facts.maxmemory ?? 0) > 0 && (facts.maxmemory_policy ?? "").startsWith("allkeys");
  const warnings: string[] = [];
  if (!appendOnly)
    warnings.push("202 is not durable: Redis runs without appendonly, so a restart of the server can lose accepted work.");
  else {
    const fsync = await fsyncPolicy(client);
    if (fsync !== "always") {
      warnings.push(
        `Redis runs with appendonly yes and appendfsync ${fsync ?? "unknown"}: accepted work survives a crash of the server, but power loss can take the last second or more of it.`,
      );
    }
  }
  if (evicts) warnings.push(`202 is not durable: Redis may evict queued messages (maxmemory-policy ${facts.maxmemory_policy}).`);
  const valkey = facts.server_name === "valkey";
  return {
    name: valkey ? "Valkey" : "Redis",
    version: (valkey ? facts.valkey_version : facts.redis_version) ?? "unknown",
    durable: appendOnly && !evicts,
    warnings,
    ...(await refusalOf(client, `${namespace}.probe`)),
  };
}

/** Asks as a publish would, without a trace: adding to a stream that is not there, and is not made, is refused like any other. */
async function refusalOf(client: Redis, stream: string): Promise<Pick<ServiceInfo, "refusesWrites">> {
  try {
    await client.xadd(stream, "NOMKSTREAM", "*", "probe", "");
    return {};
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    const { message } = error as Error;
    return message.startsWith("NOPERM") ? {} : { refusesWrites: fullReason(error) ?? `Redis refuses writes: ${message}` };
  }
}

/** Undefined where the server does not let its configuration be read. */
async function fsyncPolicy(client: Redis): Promise<string | undefined> {
  try {
    const reply = (await client.config("GET", "appendfsync")) as readonly string[];
    return reply[1];
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR)/.test(error.message)) return undefined;
    throw error;
  }
}

function factsOf(info: string): Readonly<Record<string, string>> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(":"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
