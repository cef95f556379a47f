import type { Store } from "../../ports/index.js";
import type { ConsumerEvents, MessageQueue } from "../../ports/queue.js";
import type { Logger } from "../../ports/runtime.js";
import { type ServiceWatch, serviceWatch } from "./service-watch.js";

type Member = (...args: readonly unknown[]) => Promise<unknown>;

/** A store whose every call is watched. */
export function watchedStore(store: Store, logger: Logger, elapsed: () => number): Store {
  const watch = serviceWatch("store", logger, elapsed);
  const nouns = new Map<PropertyKey, unknown>();
  const { info, close } = watched<Pick<Store, "info" | "close">>(store, watch, "");
  return lookedUp<Store>((name) => {
    if (name === "info") return info;
    if (name === "close") return close;
    const noun = nouns.get(name) ?? nounOf(store[name as keyof Store], watch, String(name));
    nouns.set(name, noun);
    return noun;
  });
}

function nounOf(noun: unknown, watch: ServiceWatch, name: string): unknown {
  return typeof noun === "object" && noun !== null ? watched(noun, watch, `${name}.`) : noun;
}

/** A queue whose every call is watched, and its consumers too. */
export function watchedQueue(queue: MessageQueue, logger: Logger, elapsed: () => number): MessageQueue {
  const watch = serviceWatch("queue", logger, elapsed);
  const calls = watched(queue, watch, "");
  const subscribe: MessageQueue["subscribe"] = (topic, handler, { events, ...options }) => {
    const name = `consume ${topic}`;
    const both: ConsumerEvents = {
      buried: (letter) => events?.buried(letter),
      failed: (error) => {
        watch.failed(name, error);
        events?.failed(error);
      },
      recovered: () => {
        watch.recovered(name);
        events?.recovered();
      },
    };
    return calls.subscribe(topic, handler, { ...options, events: both });
  };
  return lookedUp<MessageQueue>((name) => (name === "subscribe" ? subscribe : calls[name as keyof MessageQueue]));
}

/** The members of a port, each called on the port itself, which may be of a class. */
function watched<P extends object>(port: P, watch: ServiceWatch, prefix: string): P {
  const members = new Map<PropertyKey, unknown>();
  return lookedUp<P>((name) => {
    const known = members.get(name);
    if (known !== undefined) return known;
    if (typeof Reflect.get(port, name) !== "function") return Reflect.get(port, name);
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      watch.call(`${prefix}${String(name)}`, () => Reflect.apply(Reflect.get(port, name) as Member, port, args));
    members.set(name, call);
    return call;
  });
}

/** An object whose members are looked up as they are asked for. */
function lookedUp<P extends object>(look: (name: PropertyKey) => unknown): P {
  return new Proxy({} as P, { get: (_, name) => look(name) });
}
