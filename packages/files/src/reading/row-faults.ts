import type { Issue } from "@crm-engine/core";
import type { Encoding } from "./encodings.js";

/** How the bytes of a file are cut into rows. */
export interface FileOptions {
  readonly maxRowBytes: number;
  readonly encoding: Encoding | undefined;
}

export function tooLongRow(maxRowBytes: number): Issue {
  return { path: "", message: `the row is longer than ${maxRowBytes} bytes` };
}

/** Of a row with bytes that mean nothing in the file's encoding. */
export function notValid(encoding: string): Issue {
  return { path: "", message: `the row is not valid ${encoding}` };
}
