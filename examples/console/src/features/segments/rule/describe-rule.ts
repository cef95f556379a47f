/** The engine's own words for a rule, apart from the page: loaded when somebody edits. */
export { describe } from "@crm-engine/core";
