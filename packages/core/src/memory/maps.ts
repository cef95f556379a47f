import type { StoredMap } from "../model/imports/stored-map.js";
import type { Maps } from "../ports/maps.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { memoryVersioned } from "./versioned.js";

export const memoryMaps = (): Sync<Maps> => memoryVersioned(new OrderedMap<StoredMap>());
