import type { Engine, Logger } from "@crm-engine/core";
import type { MessageQueue, OpenScratch, OpenSpool, Sender, Store } from "@crm-engine/core/ports";
import type { InjectionToken } from "tsyringe";
import type { Config } from "./config.js";

/** What the container can resolve. Register another value for a token, and the rest is built on it. */
export const TOKENS = {
  config: Symbol("Config") as InjectionToken<Config>,
  store: Symbol("Store") as InjectionToken<Store>,
  queue: Symbol("MessageQueue") as InjectionToken<MessageQueue>,
  sender: Symbol("Sender") as InjectionToken<Sender>,
  openSpool: Symbol("OpenSpool") as InjectionToken<OpenSpool>,
  openScratch: Symbol("OpenScratch") as InjectionToken<OpenScratch>,
  logger: Symbol("Logger") as InjectionToken<Logger>,
  engine: Symbol("Engine") as InjectionToken<Engine>,
} as const;
