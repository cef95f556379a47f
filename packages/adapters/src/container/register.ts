import "reflect-metadata";
import { createEngine, type Engine, type Logger } from "@crm-engine/core";
import { SILENT_LOGGER } from "@crm-engine/core/ports";
import { type DependencyContainer, instanceCachingFactory, container as root } from "tsyringe";
import { loadQueue, loadScratch, loadSender, loadSpool, loadStore } from "./adapters.js";
import { closeStack } from "./close-stack.js";
import type { Config } from "./config.js";
import { TOKENS } from "./tokens.js";
import { type UnsubscribeLinks, unsubscribeLinks } from "./unsubscribe-links.js";

/**
 * Registers everything that the configuration names. Nothing is opened until it is resolved.
 * Returns what closes all that was opened, last first; `container.dispose()` would not.
 */
export async function register(container: DependencyContainer, config: Config): Promise<() => Promise<void>> {
  const [makeStore, makeQueue, makeSpool, makeScratch, makeSender] = await Promise.all([
    loadStore(config),
    loadQueue(config),
    loadSpool(config),
    loadScratch(config),
    loadSender(config),
  ]);
  const opened = closeStack();
  container.register(TOKENS.config, { useValue: config });
  container.register(TOKENS.store, { useFactory: instanceCachingFactory(() => opened.add(makeStore())) });
  container.register(TOKENS.queue, { useFactory: instanceCachingFactory(() => opened.add(makeQueue())) });
  container.register(TOKENS.openSpool, { useFactory: instanceCachingFactory(makeSpool) });
  container.register(TOKENS.openScratch, { useFactory: instanceCachingFactory(makeScratch) });
  container.register(TOKENS.sender, {
    useFactory: instanceCachingFactory(() =>
      opened.add(makeSender((receipts) => container.resolve(TOKENS.engine).receipts.accept(receipts))),
    ),
  });
  container.register(TOKENS.engine, { useFactory: instanceCachingFactory((scope) => opened.add(engineOf(scope, config))) });
  return opened.close;
}

/** One engine on what the configuration names, in a container of its own, that tells this logger; closing the engine closes it all. */
export async function composeEngine(config: Config, logger: Logger = SILENT_LOGGER): Promise<Engine> {
  const scope = root.createChildContainer();
  scope.register(TOKENS.logger, { useValue: logger });
  await register(scope, config);
  return scope.resolve(TOKENS.engine);
}

/** The unsubscribe links of a configuration that says where people reach the server. */
export function linksOf({ publicUrl, unsubscribeSecret: secret }: Config): UnsubscribeLinks | undefined {
  return publicUrl === undefined || secret === undefined ? undefined : unsubscribeLinks({ publicUrl, secret });
}

function engineOf(scope: DependencyContainer, config: Config): Engine {
  const { currency, timeZone, defaultConsent, unknownCustomers, phoneRegion, addressKey } = config;
  const { batchSize, leaseMs, retryMinutes, maxAttempts, senderRate, breakerFailures } = config;
  const links = linksOf(config);
  return createEngine({
    store: scope.resolve(TOKENS.store),
    queue: scope.resolve(TOKENS.queue),
    sender: scope.resolve(TOKENS.sender),
    openSpool: scope.resolve(TOKENS.openSpool),
    openScratch: scope.resolve(TOKENS.openScratch),
    logger: scope.isRegistered(TOKENS.logger) ? scope.resolve(TOKENS.logger) : SILENT_LOGGER,
    currency,
    timeZone,
    defaultConsent,
    unknownCustomers,
    batchSize,
    leaseMs,
    retryMinutes,
    maxAttempts,
    breakerFailures,
    ...(links === undefined ? {} : { unsubscribeUrl: links.urlOf }),
    ...(senderRate === undefined ? {} : { senderRate }),
    ...(phoneRegion === undefined ? {} : { phoneRegion }),
    ...(addressKey === undefined ? {} : { addressKey }),
  });
}
