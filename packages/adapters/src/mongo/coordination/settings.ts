import type { Store } from "@crm-engine/core/ports";
import type { Connection } from "../database/connection.js";
import { updateOrMake } from "../database/update-or-make.js";

export function mongoSettings({ use }: Connection): Store["settings"] {
  return {
    keep: (name, value) =>
      use(async ({ settings }) => {
        const kept = await updateOrMake(settings, name, [{ $set: { value: { $ifNull: ["$value", { $literal: value }] } } }]);
        return kept.value;
      }),
  };
}
