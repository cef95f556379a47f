import type { Pairing } from "../world/pairings.js";
import type { World } from "../world/world.js";
import { type CutOf, openCutLine } from "./cut-line.js";
import { BROKER_CALLS, mongoCalls } from "./wire-calls.js";

export interface CutLinesOptions {
  /** Asked for each of the two. */
  readonly cutOf: () => CutOf;
  /** Whether the driver repeats a write that got no answer, if the server can tell; it does, unless told otherwise. */
  readonly retryWrites?: boolean;
}

/** The driver never settles some of what was under way when a line was cut: the store gives it up after twice this. */
const ANSWER_MS = 2_000;

/** A line to the store and one to the broker. */
export interface CutLines {
  readonly storeUrl: string;
  readonly queueUrl: string;
  close(): void;
}

export async function openCutLines(world: World, { cutOf, retryWrites = true }: CutLinesOptions): Promise<CutLines> {
  const { STORE_URL = "", QUEUE_URL = "", NAMESPACE = "" } = world.env;
  const readCalls = BROKER_CALLS[world.pairing as Exclude<Pairing, "sqlite">];
  const store = await openCutLine({ url: STORE_URL, readCalls: () => mongoCalls(NAMESPACE), cutOf: cutOf() });
  const broker = await openCutLine({ url: QUEUE_URL, readCalls, cutOf: cutOf() });
  const storeUrl = new URL(store.url);
  storeUrl.searchParams.set("socketTimeoutMS", String(ANSWER_MS));
  if (!retryWrites) storeUrl.searchParams.set("retryWrites", "false");
  return {
    storeUrl: storeUrl.href,
    queueUrl: broker.url,
    close: () => {
      store.close();
      broker.close();
    },
  };
}
