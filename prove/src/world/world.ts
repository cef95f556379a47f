import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfig } from "@crm-engine/adapters/container";
import { type Container, type CrmCommand, type CrmProcess, startCrm } from "@crm-engine/servers";
import type { Ports } from "../breaks/break.js";
import { BREAKS } from "../breaks/breaks.js";
import { type Composed, composeBroken } from "../breaks/compose-broken.js";
import type { Random } from "../random.js";
import type { Scale } from "../scale.js";
import { type FakeVendor, startVendor } from "../vendor/fake-vendor.js";
import { type Crew, createCrew } from "./crew.js";
import type { Pairing } from "./pairings.js";
import type { Place } from "./places.js";

/** `crm` with one port broken on purpose. */
const BROKEN_CRM = fileURLToPath(new URL("../../dist/breaks/main.js", import.meta.url));

/**
 * Where one experiment happens: a fresh namespace or file, real processes, and an engine to look at the store with, on the same
 * store and queue, unbroken. Nobody works in this process.
 */
export interface World extends Composed {
  readonly pairing: Pairing;
  readonly scale: Scale;
  readonly random: Random;
  readonly folder: string;
  /** STORE_URL, QUEUE_URL, NAMESPACE and what was given in `open`: what every process here gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Another engine in this process, broken as the processes are. Closed with the world, at the latest. */
  open(options?: OpenOptions): Promise<Composed>;
  /** A line of progress. */
  say(line: string): void;
  /** A vendor, of which each process has a URL by its name. */
  vendor(): Promise<FakeVendor>;
  /** A `crm` process; its end before the world's, without being asked to, is a miss. */
  start(command: CrmCommand, name: string, env?: Readonly<Record<string, string>>): CrmProcess;
  /** `count` of them, called COMMAND-1 and so on. */
  crew(command: CrmCommand, count: number, env?: (name: string) => Readonly<Record<string, string>>): Crew;
  /** The broker's container; only where the experiment says that it needs its own. */
  broker(): Container;
}

/** What is otherwise than in the world's own engine. */
export interface OpenOptions {
  readonly namespace?: string;
  readonly storeUrl?: string;
  readonly queueUrl?: string;
  readonly senderUrl?: string;
  readonly leaseMs?: number;
  /** Changes the ports after they were broken. */
  readonly ports?: Ports;
}

export interface WorldOptions {
  readonly name: string;
  readonly pairing: Pairing;
  readonly place: Place;
  readonly scale: Scale;
  readonly random: Random;
  readonly breakName?: string;
  /** Leaves the folder behind. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

export interface OpenWorld extends World {
  /** Processes that ended by themselves, with what they said last. */
  unexpectedEnds(): readonly string[];
  /** Kills every process and removes what there was. */
  close(): Promise<void>;
}

export async function openWorld(options: WorldOptions): Promise<OpenWorld> {
  const { name, pairing, place, scale, random, breakName, keep, say } = options;
  const folder = mkdtempSync(join(tmpdir(), `crm-prove-${name}-`));
  const file = join(folder, "crm.db");
  const namespace = `p${Date.now().toString(36)}${process.pid.toString(36)}`;
  const urls = { storeUrl: place.storeUrl(file), queueUrl: place.queueUrl(file), namespace };
  const env = {
    STORE_URL: urls.storeUrl,
    QUEUE_URL: urls.queueUrl,
    NAMESPACE: namespace,
    PORT: "0",
    ALLOW_PRIVATE_ADDRESSES: "true",
  };
  const own = await composeBroken(parseConfig({ ...urls, logLevel: "silent" }));
  const opened: Composed[] = [];
  const processes = new Set<CrmProcess>();
  const vendors: FakeVendor[] = [];
  const ends: string[] = [];

  let closed = false;

  const start: World["start"] = (command, processName, more = {}) => {
    if (closed) throw new Error("the experiment is over: nothing is started any more");
    const started = startCrm({
      name: processName,
      command,
      env: { ...env, ...more },
      ...(breakName === undefined ? {} : { program: [process.execPath, BROKEN_CRM], more: ["--break", breakName] }),
      onUnexpectedEnd: (how) => ends.push(how),
    });
    processes.add(started);
    return started;
  };

  const open: World["open"] = async ({ ports = {}, ...instead } = {}) => {
    const broken = BREAKS.find(({ name: known }) => known === breakName);
    const config = parseConfig({ ...urls, logLevel: "silent", allowPrivateAddresses: true, ...instead });
    const another = await composeBroken(config, ...(broken ? [broken] : []), ports);
    opened.push(another);
    return another;
  };

  return {
    pairing,
    scale,
    random,
    folder,
    env,
    ...own,
    open,
    say,
    start,
    vendor: async () => {
      const vendor = await startVendor(join(folder, `vendor-${vendors.length + 1}.ndjson`));
      vendors.push(vendor);
      return vendor;
    },
    crew: (command, count, envOf = () => ({})) => {
      const places = Array.from({ length: count }, (_, index) => `${command}-${index + 1}`);
      return createCrew(places, (processName) => start(command, processName, envOf(processName)));
    },
    broker: () => {
      if (!place.broker) throw new Error("the broker is not ours: the experiment must say needsOwnBroker");
      return place.broker;
    },
    unexpectedEnds: () => ends,
    close: async () => {
      closed = true;
      await Promise.all([...processes].map((process) => process.kill()));
      for (const vendor of vendors) vendor.close();
      await Promise.allSettled([own, ...opened].map(({ engine }) => engine.close()));
      if (keep) say(`kept ${folder} (namespace ${namespace})`);
      else rmSync(folder, { recursive: true, force: true });
    },
  };
}
