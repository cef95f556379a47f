import type { BatchKind } from "../model/batch.js";
import type { ImportMap } from "../model/imports/import-map.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { StoredMap } from "../view/stored-map.js";
import type { ChangeOptions } from "./change-options.js";

export interface StoredMapInput {
  readonly kind: BatchKind;
  readonly map: ImportMap;
}

/** Maps from files' columns to fields, by name. What a map says is read by `@crm-engine/files`, and not looked at here. */
export interface MapsApi {
  get(name: string): Promise<StoredMap>;
  /** By name. */
  list(page: PageRequest): Promise<Page<StoredMap>>;
  /** Makes it, or changes it. */
  put(name: string, input: StoredMapInput, options?: ChangeOptions): Promise<StoredMap>;
  delete(name: string, options?: ChangeOptions): Promise<void>;
}
