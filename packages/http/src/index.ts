export { openSite, type Site } from "./console/site.js";
export type { ConsoleState, WebConsole } from "./console/web-console.js";
export { type AppOptions, createApp, type HttpApp } from "./create-app.js";
export { createLogger, LOG_LEVELS, type LogLevel } from "./create-logger.js";
export { type ListedRejection, listRejections } from "./downloads/list-rejections.js";
export { type RunningServer, type ServeOptions, serve } from "./serve.js";
