export { SERVERS, type ServerName, serverImage } from "./catalogue.js";
export { commitOf } from "./commit-of.js";
export { type Container, hasDocker } from "./container.js";
export { createServers, type Missing } from "./servers.js";
