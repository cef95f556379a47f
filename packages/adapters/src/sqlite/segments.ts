import type { StoredSegment } from "@crm-engine/core/ports";
import { versioned } from "./versioned.js";

export const segments = versioned<StoredSegment>("segments");
