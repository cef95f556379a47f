import { CrmError, type OpenScratch } from "@crm-engine/core/ports";
import { scratch } from "./scratch-values.js";
import { DatabaseThread } from "./threads/database-thread.js";
import { portOf } from "./threads/port-of.js";

/** Scratch values in temporary SQLite databases, each with a thread of its own; closing one, or the end of the process, removes it. */
export function sqliteScratch(): OpenScratch {
  return async () => {
    const thread = new DatabaseThread({ role: "spool" });
    const calls = portOf((_way, name, args) => thread.call("read", "scratch", name, args), "scratch", scratch);
    await calls.openTable();
    let closing: Promise<void> | undefined;
    const open = (): void => {
      if (closing) throw new CrmError("closed", "The scratch values are closed.");
    };
    return {
      getMany: async (keys) => {
        open();
        return keys.length === 0 ? new Map() : calls.getMany(keys);
      },
      setMany: async (values) => {
        open();
        if (values.size > 0) await calls.setMany(values);
      },
      close: () => {
        closing ??= thread.close();
        return closing;
      },
    };
  };
}
