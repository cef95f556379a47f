export { type Config, type ConfigInput, loadConfig, parseConfig } from "./config.js";
export { ConfigError, shownValue } from "./config-error.js";
export { composeEngine, linksOf, register } from "./register.js";
export { TOKENS } from "./tokens.js";
export type { UnsubscribeLinks } from "./unsubscribe-links.js";
