"use client";

import type { Rule } from "@crm-engine/core";
import { useState } from "react";
import { type GroupNode, queryToRule, ruleToQuery } from "../rule/rule-query";
import { useBuilder } from "./builder-context";

/** A small builder inside a condition, for which orders count. */
export function NestedBuilder({
  name,
  rule,
  onChange,
}: {
  readonly name: string;
  readonly rule: Rule;
  onChange(rule: Rule): void;
}) {
  const { Nested } = useBuilder();
  const [query, setQuery] = useState<GroupNode>(() => ruleToQuery(rule));
  const text = JSON.stringify(rule);
  const [said, setSaid] = useState(text);
  // The rule was changed from outside: undone, or pasted.
  if (said !== text) {
    setSaid(text);
    setQuery(ruleToQuery(rule));
  }
  return (
    <Nested
      scope="order"
      prefix={`${name} `}
      query={query}
      onChange={(next) => {
        setQuery(next);
        const changed = queryToRule(next);
        const said_ = JSON.stringify(changed);
        if (said_ === text) return;
        setSaid(said_);
        onChange(changed);
      }}
    />
  );
}
