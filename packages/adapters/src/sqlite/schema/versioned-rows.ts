import { CrmError } from "@crm-engine/core/ports";

export function taken(what: string, id: string): CrmError {
  return new CrmError("conflict", `There is a ${what} with the id ${JSON.stringify(id)} already.`);
}
