export { SERVERS, type ServerName, serverImage } from "./catalogue.js";
export { orExit, readArguments, requireKnown, UsageError } from "./command-line.js";
export { commitOf } from "./commit-of.js";
export { type Container, hasDocker, startContainer } from "./container.js";
export { type CrmCommand, type CrmProcess, startCrm } from "./crm-process.js";
export { peakMb, residentMb } from "./process-memory.js";
export { createServers, type Missing } from "./servers.js";
