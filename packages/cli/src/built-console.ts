import { ConfigError } from "@crm-engine/adapters/container";
import { CrmError } from "@crm-engine/core";
import { openSite, type WebConsole } from "@crm-engine/http";

const HOW_TO = "npm run build:console, in a clone of the repository, makes one in examples/console/dist.";

/** `--console DIR`: a console that is built already. Throws ConfigError where the folder is none. */
export async function builtConsole(folder: string): Promise<WebConsole> {
  try {
    const site = await openSite(folder);
    return { state: () => ({ status: "built", site }) };
  } catch (error) {
    if (error instanceof CrmError) throw new ConfigError(`--console: ${error.message} ${HOW_TO}`, { cause: error });
    throw error;
  }
}
