"use client";

import { useCallback, useEffect, useMemo, useRef } from "react";
import { QueryBuilder, type RuleGroupType } from "react-querybuilder";
import { type GroupNode, nextNodeId } from "../rule/rule-query";
import { BuilderProvider, type RuleBuilderProps } from "./builder-context";
import { GroupControl } from "./group";
import { LeafControl } from "./leaf";

const CONTROLS = { rule: LeafControl, ruleGroup: GroupControl };
const NO_CLASSES = { queryBuilder: "" };

/** A rule as groups and conditions. The query builder keeps the tree; what is seen is ours. */
export function RuleBuilder({ query, scope = "customer", prefix = "", onChange }: RuleBuilderProps) {
  const fresh = useRef<string>(undefined);
  const root = useRef(query);
  root.current = query;
  const state = useMemo(() => ({ scope, root, prefix, fresh, change: onChange, Nested: RuleBuilder }), [scope, prefix, onChange]);
  const onQueryChange = useCallback((next: RuleGroupType) => onChange(next as unknown as GroupNode), [onChange]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The query builder makes itself a landmark, and takes no name for it.
    box.current?.querySelector(":scope > [role=form]")?.setAttribute("aria-label", prefix === "" ? "The rule" : prefix.trim());
  }, [prefix]);
  return (
    <BuilderProvider value={state}>
      <div ref={box}>
        <QueryBuilder
          query={query as unknown as RuleGroupType}
          onQueryChange={onQueryChange}
          enableMountQueryChange={false}
          idGenerator={nextNodeId}
          controlElements={CONTROLS}
          controlClassnames={NO_CLASSES}
          suppressStandardClassnames
          resetOnFieldChange={false}
          resetOnOperatorChange={false}
        />
      </div>
    </BuilderProvider>
  );
}
