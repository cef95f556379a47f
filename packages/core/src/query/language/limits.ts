/** Characters of a seed that is text. */
export const MAX_SEED = 100;

/** Groups, tests and references on the longest way down. */
export const MAX_RULE_DEPTH = 10;
/** Groups, tests and references in all. */
export const MAX_RULE_NODES = 200;
/** Units that `RuleCost` counts, in all. */
export const MAX_RULE_COST = 5_000;

export const tooDeep = `is too deep: a rule is at most ${MAX_RULE_DEPTH} deep, with the rules of the segments it refers to`;
export const tooLarge = `is too large: a rule has at most ${MAX_RULE_NODES} groups and tests, with those of the segments it refers to`;
