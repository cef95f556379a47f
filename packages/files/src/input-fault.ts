import { CrmError, type Issue } from "@crm-engine/core";

/** What is wrong with an input as a whole, before any of it is looked at in detail; `details.input` tells it from a fault in one field. */
export type InputFault = "malformed" | "too_large";

export function malformed(message: string, issues: readonly Issue[] = [], cause?: unknown): CrmError {
  const details = { input: "malformed" satisfies InputFault, ...(issues.length > 0 ? { issues } : {}) };
  return new CrmError("invalid", message, { cause, details });
}

export function tooLarge(what: string, maxBytes: number): CrmError {
  return new CrmError("invalid", `${what} is longer than ${maxBytes} bytes.`, {
    details: { input: "too_large" satisfies InputFault },
  });
}
