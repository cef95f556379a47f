import "reflect-metadata";
import { type Config, register, TOKENS } from "@crm-engine/adapters/container";
import type { Engine } from "@crm-engine/core";
import type { MessageQueue, Store } from "@crm-engine/core/ports";
import { container as root } from "tsyringe";
import type { Ports } from "./break.js";

/** An engine, and the ports that it was made with. */
export interface Composed {
  readonly engine: Engine;
  readonly store: Store;
  readonly queue: MessageQueue;
}

/** As `composeEngine` does it, but on ports that are changed before the engine is made: by each of these in turn. */
export async function composeBroken(config: Config, ...changes: readonly Ports[]): Promise<Composed> {
  const scope = root.createChildContainer();
  await register(scope, config);
  for (const { store, queue, sender } of changes) {
    if (store) scope.register(TOKENS.store, { useValue: store(scope.resolve(TOKENS.store)) });
    if (queue) scope.register(TOKENS.queue, { useValue: queue(scope.resolve(TOKENS.queue)) });
    if (sender) scope.register(TOKENS.sender, { useValue: sender(scope.resolve(TOKENS.sender)) });
  }
  return { engine: scope.resolve(TOKENS.engine), store: scope.resolve(TOKENS.store), queue: scope.resolve(TOKENS.queue) };
}
