import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour, CallAnswer, JournalMessage, MessageAnswer, VendorState } from "./behaviour.js";
import type { JournalWriter } from "./journal.js";
import { postReceipts } from "./post-receipts.js";

interface Call {
  readonly worker: string;
  readonly batchId: string;
  readonly messages: readonly {
    readonly id: string;
    readonly campaignId: string;
    readonly customerId: string;
    readonly to: string;
  }[];
}

interface Orders {
  /** One worker's calls; everybody else's, if absent. */
  readonly worker?: string;
  readonly behaviour: Behaviour;
}

/**
 * A vendor as the webhook protocol wants it, honouring idempotency keys, which writes every call to its journal before it
 * answers. `POST /NAME` is a call of the worker NAME; under `/control/` it is told how to behave, and says what it has got.
 */
export function createVendorServer(journal: JournalWriter): Server {
  const behaviours = new Map<string | undefined, Behaviour>();
  const held = new Map<string, ((behaviour: Behaviour) => void)[]>();
  const underWay = new Map<string, number>();
  const keys = new Set<string>();
  const reported = new Set<string>();
  let calls = 0;
  let accepted = 0;
  let reporting = 0;

  const behaviourFor = (worker: string): Behaviour => behaviours.get(worker) ?? behaviours.get(undefined) ?? {};

  const write = ({ worker, batchId, messages }: Call, answer: CallAnswer, answers: readonly MessageAnswer[]): void => {
    const taken = answer !== "held" && answer !== "refused";
    const lines = messages.map(({ id, campaignId, customerId, to }, index): JournalMessage => {
      const given = taken ? (answers[index] ?? "retry") : "retry";
      if (given === "accepted") {
        accepted += 1;
        keys.add(id);
      }
      return [id, campaignId, customerId, to, given];
    });
    journal.append({ at: Date.now(), worker, batchId, answer, messages: lines });
  };

  const count = (worker: string, change: 1 | -1): void => void underWay.set(worker, (underWay.get(worker) ?? 0) + change);

  const take = async (call: Call, response: ServerResponse): Promise<void> => {
    calls += 1;
    const behaviour = behaviourFor(call.worker);
    if (behaviour.cut === "before") return void response.destroy();
    count(call.worker, 1);
    response.once("close", () => count(call.worker, -1));
    if (!behaviour.hold) return answer(call, behaviour, "answered", response);
    write(call, "held", []);
    const orders = await new Promise<Behaviour>((release) => {
      held.set(call.worker, [...(held.get(call.worker) ?? []), release]);
    });
    await answer(call, orders, "released", response);
  };

  const answer = async (call: Call, behaviour: Behaviour, as: CallAnswer, response: ServerResponse): Promise<void> => {
    const { httpStatus = 200, retryAfterS, cut, delayMs } = behaviour;
    const answers = call.messages.map(({ id }) => answerFor(id, behaviour));
    write(call, cut === "after" ? "cut" : httpStatus === 200 ? as : "refused", answers);
    if (delayMs !== undefined) await sleep(delayMs);
    if (cut === "after") return void response.destroy();
    if (httpStatus !== 200) {
      response.writeHead(httpStatus, retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) }).end();
      return;
    }
    const results = call.messages.map(({ id }, index) => ({ id, status: answers[index], vendorMessageId: `fake-${id}` }));
    sendJson(response, { results });
    await report(
      call.worker,
      call.messages.map(({ id }) => id).filter((_, index) => answers[index] === "accepted"),
    );
  };

  const report = async (worker: string, delivered: readonly string[]): Promise<void> => {
    reporting += 1;
    if (await postReceipts(() => behaviourFor(worker).receiptsTo, delivered)) for (const id of delivered) reported.add(id);
    reporting -= 1;
  };

  const control = (what: string | undefined, { worker, behaviour }: Orders): VendorState => {
    if (what === "behave") behaviours.set(worker, behaviour);
    if (what === "release") {
      const names = worker === undefined ? [...held.keys()] : [worker];
      for (const name of names) {
        for (const release of held.get(name) ?? []) release(behaviour);
        held.delete(name);
      }
    }
    return { calls, accepted, keys: keys.size, underWay: Object.fromEntries(underWay), reported: reported.size, reporting };
  };

  const server = createServer(async (request, response) => {
    try {
      const body = await readJson(request);
      const [, first = "", second] = new URL(request.url ?? "/", "http://vendor").pathname.split("/");
      if (first === "control") sendJson(response, control(second, body as Orders));
      else await take({ ...(body as Call), worker: first }, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(400);
      response.end(String(error));
    }
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

/** A function of the key: the same message gets the same answer each time. */
function answerFor(id: string, { rejectShare = 0, retryShare = 0 }: Behaviour): MessageAnswer {
  if (rejectShare + retryShare === 0) return "accepted";
  const share = createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
  if (share < rejectShare) return "rejected";
  return share < rejectShare + retryShare ? "retry" : "accepted";
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
