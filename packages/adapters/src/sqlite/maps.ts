import type { StoredMap } from "@crm-engine/core/ports";
import { versioned } from "./versioned.js";

export const maps = versioned<StoredMap>("maps");
