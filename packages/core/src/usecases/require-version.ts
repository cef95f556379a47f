import type { ChangeOptions } from "../engine/change-options.js";
import { CrmError } from "../errors.js";
import type { VersionedRecord } from "../ports/versioned.js";

/** Throws `stale`, with the record as it is now, unless the change was meant for this version or for any. */
export async function requireVersion<T extends VersionedRecord>(
  record: T,
  { ifVersion }: ChangeOptions,
  view: (record: T) => unknown,
): Promise<void> {
  if (ifVersion === undefined || [ifVersion].flat().includes(record.version)) return;
  throw new CrmError("stale", `It was changed meanwhile: it is at version ${record.version} now, and nothing was written.`, {
    details: { current: await view(record), version: record.version },
  });
}
