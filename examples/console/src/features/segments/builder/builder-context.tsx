"use client";

import { type ComponentType, createContext, type RefObject, useContext } from "react";
import type { Scope } from "../rule/leaf-form";
import type { GroupNode } from "../rule/rule-query";

export interface RuleBuilderProps {
  readonly query: GroupNode;
  readonly scope?: Scope;
  readonly prefix?: string;
  onChange(query: GroupNode): void;
}

/** What the parts of one builder share: a builder of `where` stands inside a condition of another. */
export interface BuilderState {
  readonly scope: Scope;
  /** The latest; a part that did not change is not drawn again for it. */
  readonly root: RefObject<GroupNode>;
  /** Before the number of each part, in its name. */
  readonly prefix: string;
  /** What was added last, to be filled in next. */
  readonly fresh: RefObject<string | undefined>;
  change(root: GroupNode): void;
  /** For a rule inside a condition. */
  readonly Nested: ComponentType<RuleBuilderProps>;
}

const BuilderContext = createContext<BuilderState | undefined>(undefined);
export const BuilderProvider = BuilderContext;

export function useBuilder(): BuilderState {
  const state = useContext(BuilderContext);
  if (state === undefined) throw new Error("There is no BuilderProvider above.");
  return state;
}
