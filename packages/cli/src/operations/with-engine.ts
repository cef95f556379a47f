import { type Config, composeEngine, loadConfig } from "@crm-engine/adapters/container";
import type { Engine } from "@crm-engine/core";
import { requireShared } from "../services.js";

/** Opens an engine on what the environment names, for one command, and closes it whatever happens. */
export async function withEngine<T>(work: (engine: Engine, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env);
  requireShared(config);
  const engine = await composeEngine(config);
  try {
    return await work(engine, config);
  } finally {
    await engine.close();
  }
}
