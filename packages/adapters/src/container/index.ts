export { type Config, type ConfigInput, loadConfig, parseConfig } from "./config.js";
export { ConfigError, shownValue } from "./config-error.js";
export { composeEngine, register } from "./register.js";
export { TOKENS } from "./tokens.js";
