import { CrmError } from "@crm-engine/core/ports";

/** A store's refusal of data in another layout than its own, which it leaves as it is: no version converts another's yet. */
export function otherLayout(found: number, own: number): CrmError {
  const [writer, remedy] =
    found > own
      ? ["a newer version", "upgrade this one"]
      : ["an older version", "go on with that version, or import the data into an empty database or another NAMESPACE"];
  return new CrmError(
    "invalid",
    `The database has layout ${found}, which ${writer} of the engine wrote; this version has layout ${own}: ${remedy}.`,
  );
}
