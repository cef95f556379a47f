export { anyTextCell, listCell, textCell, valueCell } from "./cells/csv-cells.js";
export { type InputFault, malformed, tooLarge } from "./input-fault.js";
export { decodedBytes } from "./reading/decoded-bytes.js";
export { tooLongRow } from "./reading/ndjson.js";
export { DEFAULT_MAX_ROW_BYTES, type ReadRowsOptions, ROW_FORMATS, type RowFormat, readRows } from "./reading/read-rows.js";
export { isTooDeep, TOO_DEEP } from "./reading/too-deep.js";
export { Turns } from "./reading/turns.js";
