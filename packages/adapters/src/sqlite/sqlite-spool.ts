import { CrmError, type OpenSpool, type Spool } from "@crm-engine/core/ports";
import type { PortOf } from "./schema/operations.js";
import { type SpoolEntry, type SpoolPlace, spool } from "./spool-rows.js";
import { DatabaseThread } from "./threads/database-thread.js";
import { portOf } from "./threads/port-of.js";

const BATCH_ENTRIES = 2_000;
const BATCH_CHARACTERS = 1_000_000;
const PAGE_VALUES = 2_000;

/** Spools in temporary SQLite databases, each with a thread of its own; closing one, or the end of the process, removes it. */
export function sqliteSpool(): OpenSpool {
  return async () => {
    const thread = new DatabaseThread({ role: "spool" });
    const calls = portOf((_way, name, args) => thread.call("read", "spool", name, args), "spool", spool);
    await calls.openTables();
    return spoolOn(thread, calls);
  };
}

function spoolOn(thread: DatabaseThread, calls: PortOf<typeof spool>): Spool {
  let waiting: SpoolEntry[] = [];
  let characters = 0;
  let seq = 0;
  let writing: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const flush = async (): Promise<void> => {
    const entries = waiting;
    waiting = [];
    characters = 0;
    await writing;
    if (entries.length > 0) writing = calls.addEntries(entries);
  };
  const open = (): void => {
    if (closing) throw new CrmError("closed", "The spool is closed.");
  };
  return {
    add: async (key, value) => {
      open();
      seq += 1;
      waiting.push({ seq, key, value });
      characters += key.length + value.length;
      if (waiting.length >= BATCH_ENTRIES || characters >= BATCH_CHARACTERS) await flush();
    },
    groups: async function* () {
      open();
      await flush();
      await writing;
      for (let after: SpoolPlace = { num: 0, seq: 0 }; ; ) {
        const page = await calls.readGroups(after, PAGE_VALUES);
        for (const { key, values } of page) yield { key, values };
        const last = page.at(-1);
        if (!last) return;
        after = { num: last.num, seq: last.seq };
      }
    },
    close: () => {
      closing ??= writing.catch(() => undefined).then(() => thread.close());
      return closing;
    },
  };
}
