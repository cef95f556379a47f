"use client";

import type { Rule, Segment } from "@crm-engine/core";
import { useCallback, useEffect, useMemo, useReducer } from "react";
import { type GroupNode, isGroupNode, type QueryNode, queryToRule, ruleToQuery } from "./rule/rule-query";

/** What is edited of a segment. */
export interface SegmentDraft {
  readonly name: string;
  /** Empty: the engine's. */
  readonly timeZone: string;
  readonly rule: Rule;
}

interface State {
  readonly name: string;
  readonly timeZone: string;
  readonly query: GroupNode;
  readonly past: readonly GroupNode[];
  readonly future: readonly GroupNode[];
  readonly changedAt: number;
  /** The version that the work began with. */
  readonly version: number | undefined;
  readonly restored: boolean;
}

type Action =
  | { readonly do: "name" | "timeZone"; readonly text: string }
  | { readonly do: "query"; readonly query: GroupNode; readonly at: number }
  | { readonly do: "undo" | "redo" }
  | { readonly do: "take"; readonly draft: SegmentDraft; readonly version: number | undefined; readonly restored?: boolean };

const MAX_STEPS = 100;
/** Changes of one value that follow each other so closely are undone together. */
const TOGETHER_MS = 800;

function reduce(state: State, action: Action): State {
  switch (action.do) {
    case "name":
    case "timeZone":
      return { ...state, [action.do]: action.text };
    case "query": {
      if (sameRule(state.query, action.query)) return { ...state, query: action.query };
      const together =
        action.at - state.changedAt < TOGETHER_MS && state.past.length > 0 && partsOf(state.query) === partsOf(action.query);
      const past = together ? state.past : [...state.past, state.query].slice(-MAX_STEPS);
      return { ...state, query: action.query, past, future: [], changedAt: action.at };
    }
    case "undo": {
      const query = state.past.at(-1);
      if (query === undefined) return state;
      return { ...state, query, past: state.past.slice(0, -1), future: [state.query, ...state.future], changedAt: 0 };
    }
    case "redo": {
      const [query, ...future] = state.future;
      return query === undefined ? state : { ...state, query, future, past: [...state.past, state.query], changedAt: 0 };
    }
    case "take":
      return stateOf(action.draft, action.version, action.restored ?? false);
  }
}

const sameRule = (a: GroupNode, b: GroupNode): boolean => JSON.stringify(queryToRule(a)) === JSON.stringify(queryToRule(b));

/** Which parts there are, whatever they hold. */
function partsOf(node: QueryNode): string {
  return isGroupNode(node)
    ? `${node.combinator}(${node.rules.map(partsOf).join()})`
    : `${node.operator}${node.id}${Object.keys(node.value).join()}`;
}

function stateOf(draft: SegmentDraft, version: number | undefined, restored: boolean): State {
  return {
    name: draft.name,
    timeZone: draft.timeZone,
    query: ruleToQuery(draft.rule),
    past: [],
    future: [],
    changedAt: 0,
    version,
    restored,
  };
}

export const draftOf = (segment: Segment): SegmentDraft => ({
  name: segment.name,
  timeZone: segment.timeZone ?? "",
  rule: segment.rule,
});

export const EMPTY_DRAFT: SegmentDraft = { name: "", timeZone: "", rule: { all: [] } };

interface Kept extends SegmentDraft {
  readonly version?: number;
}

function keptOf(key: string): Kept | undefined {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    return undefined;
  }
}

/** The work on a segment, kept in the tab until it is saved or discarded. */
export function useSegmentDraft(saved: Segment | undefined) {
  const key = `segment-draft ${saved?.id ?? "new"}`;
  const [state, act] = useReducer(reduce, undefined, () => {
    const kept = keptOf(key);
    if (kept !== undefined) return stateOf(kept, kept.version ?? saved?.version, true);
    return stateOf(saved === undefined ? EMPTY_DRAFT : draftOf(saved), saved?.version, false);
  });
  const { name, timeZone, query, version } = state;
  const rule = useMemo(() => queryToRule(query), [query]);
  const before = saved === undefined ? EMPTY_DRAFT : draftOf(saved);
  const changed = name !== before.name || timeZone !== before.timeZone || JSON.stringify(rule) !== JSON.stringify(before.rule);

  useEffect(() => {
    const kept: Kept = { name, timeZone, rule, ...(version === undefined ? {} : { version }) };
    if (changed) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  }, [key, changed, name, timeZone, rule, version]);

  // Somebody else saved, and there is no work of ours to lose.
  const newer = saved !== undefined && version !== undefined && saved.version > version;
  const text = JSON.stringify({ name, timeZone, rule });
  useEffect(() => {
    if (newer && saved !== undefined && !changed && text === JSON.stringify(draftOf(saved)))
      act({ do: "take", draft: draftOf(saved), version: saved.version });
  }, [newer, saved, changed, text]);

  return {
    ...state,
    rule,
    draft: { name, timeZone, rule } satisfies SegmentDraft,
    changed,
    setName: useCallback((to: string) => act({ do: "name", text: to }), []),
    setTimeZone: useCallback((to: string) => act({ do: "timeZone", text: to }), []),
    setQuery: useCallback((to: GroupNode) => act({ do: "query", query: to, at: Date.now() }), []),
    undo: useCallback(() => act({ do: "undo" }), []),
    redo: useCallback(() => act({ do: "redo" }), []),
    /** In place of the work: what is saved. */
    take: useCallback(
      (segment: Segment | undefined) => {
        sessionStorage.removeItem(key);
        act({ do: "take", draft: segment === undefined ? EMPTY_DRAFT : draftOf(segment), version: segment?.version });
      },
      [key],
    ),
  };
}

export type DraftWork = ReturnType<typeof useSegmentDraft>;
