export { type ContractCase, skipReason, type TraitClaim, type Traits } from "./contract.js";
export { generatedRulesCase, type GeneratedSize, type RuleHarness, ruleContract } from "./rule-contract.js";
export type { StoreHarness, StoreTrait } from "./store-contract/store-harness.js";
export { storeContract } from "./store-contract.js";
