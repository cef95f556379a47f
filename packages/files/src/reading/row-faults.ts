import type { Issue } from "@crm-engine/core";

export interface RowLimits {
  readonly maxRowBytes: number;
}

export function tooLongRow(maxRowBytes: number): Issue {
  return { path: "", message: `the row is longer than ${maxRowBytes} bytes` };
}

/** Of a row with bytes that mean nothing in the file's encoding. */
export function notValid(encoding: string): Issue {
  return { path: "", message: `the row is not valid ${encoding}` };
}
