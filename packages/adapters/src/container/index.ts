export { type Config, type ConfigInput, loadConfig, parseConfig } from "./config.js";
export { ConfigError } from "./config-error.js";
export { composeEngine, register } from "./register.js";
export { TOKENS } from "./tokens.js";
