export { type ContractCase, skipReason, type TraitClaim, type Traits } from "./contract.js";
export type { QueueHarness, QueueTrait } from "./queue-contract/queue-harness.js";
export { queueContract } from "./queue-contract.js";
export { type GeneratedSize, generatedRulesCase, ruleContract } from "./rule-contract.js";
export type { StoreHarness, StoreTrait } from "./store-contract/store-harness.js";
export { storeContract } from "./store-contract.js";
