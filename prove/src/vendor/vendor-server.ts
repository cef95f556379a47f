import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour, CallAnswer, MessageAnswer, VendorState } from "./behaviour.js";
import type { Book } from "./book.js";
import { createPatience } from "./patience.js";
import { postReceipts } from "./post-receipts.js";
import { createReplies } from "./reply.js";

interface Call {
  readonly worker: string;
  readonly bytes: number;
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
export function createVendorServer(book: Book): Server {
  const replyTo = createReplies(createPatience());
  const held = new Map<string, ((behaviour: Behaviour) => void)[]>();
  const underWay = new Map<string, number>();
  const reported = new Set<string>();
  let reporting = 0;

  const write = ({ worker, batchId, bytes, messages }: Call, answer: CallAnswer, answers: readonly MessageAnswer[]): void =>
    book.write({
      worker,
      batchId,
      answer,
      bytes,
      messages: messages.map(({ id, campaignId, customerId, to }, index) => [
        id,
        campaignId,
        customerId,
        to,
        answers[index] ?? "retry",
      ]),
    });

  const count = (worker: string, change: 1 | -1): void => void underWay.set(worker, (underWay.get(worker) ?? 0) + change);

  const take = async (call: Call, response: ServerResponse): Promise<void> => {
    book.came();
    const behaviour = book.behaviourFor(call.worker);
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
    const { cut, delayMs } = behaviour;
    const keys = call.messages.map(({ id }) => id);
    const { status, retryAfterS, answers } = replyTo(keys, behaviour);
    write(call, cut === "after" ? "cut" : status === 200 ? as : "refused", answers);
    if (delayMs !== undefined) await sleep(delayMs);
    if (cut === "after") return void response.destroy();
    if (status !== 200) {
      response.writeHead(status, retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) }).end();
      return;
    }
    sendJson(response, { results: keys.map((id, index) => ({ id, ...resultOf(id, answers[index]) })) });
    await report(
      call.worker,
      keys.filter((_, index) => answers[index] === "accepted"),
    );
  };

  const report = async (worker: string, delivered: readonly string[]): Promise<void> => {
    reporting += 1;
    if (await postReceipts(() => book.behaviourFor(worker).receiptsTo, delivered)) for (const id of delivered) reported.add(id);
    reporting -= 1;
  };

  const control = (what: string | undefined, { worker, behaviour }: Orders): VendorState => {
    if (what === "behave") book.behave(behaviour, worker);
    if (what === "release") {
      const names = worker === undefined ? [...held.keys()] : [worker];
      for (const name of names) {
        for (const release of held.get(name) ?? []) release(behaviour);
        held.delete(name);
      }
    }
    return { ...book.counts(), underWay: Object.fromEntries(underWay), reported: reported.size, reporting };
  };

  const server = createServer(async (request, response) => {
    try {
      const { body, bytes } = await readJson(request);
      const [, first = "", second] = new URL(request.url ?? "/", "http://vendor").pathname.split("/");
      if (first === "control") sendJson(response, control(second, body as Orders));
      else await take({ ...(body as Call), worker: first, bytes }, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(400);
      response.end(String(error));
    }
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

function resultOf(id: string, answer: MessageAnswer = "retry"): object {
  if (answer === "throttled") return { status: "retry", throttled: true, reason: "too many messages" };
  if (answer === "retry") return { status: "retry", reason: "not now" };
  return { status: answer, vendorMessageId: `fake-${id}` };
}

async function readJson(request: IncomingMessage): Promise<{ readonly body: unknown; readonly bytes: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  return { body: whole.length === 0 ? {} : JSON.parse(whole.toString()), bytes: whole.length };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
