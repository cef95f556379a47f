export { CrmError, type ErrorCode, type Issue, hasCode } from "./errors.js";
