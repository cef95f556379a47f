import type { StoredMap } from "../model/imports/stored-map.js";
import type { Versioned } from "./versioned.js";

/** By name. */
export type Maps = Versioned<StoredMap>;
