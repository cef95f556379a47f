"use client";

import type { Campaign, FieldCatalogue, Issue, Segment } from "@crm-engine/core";
import { createContext, useContext } from "react";
import type { Examples } from "./use-examples";

/** What a builder needs to know of the engine, and of the rule that is built. */
export interface RuleWorld {
  readonly catalogue: FieldCatalogue;
  readonly segments: readonly Segment[];
  readonly campaigns: readonly Campaign[];
  readonly examples: Examples;
  readonly currency: string | undefined;
  readonly timeZone: string | undefined;
  /** The segment that is edited: it can't refer to itself. */
  readonly segmentId: string | undefined;
  /** What the engine says is wrong, with paths from the rule on. */
  readonly issues: readonly Issue[];
}

const WorldContext = createContext<RuleWorld | undefined>(undefined);
export const RuleWorldProvider = WorldContext;

export function useRuleWorld(): RuleWorld {
  const world = useContext(WorldContext);
  if (world === undefined) throw new Error("There is no RuleWorldProvider above.");
  return world;
}
