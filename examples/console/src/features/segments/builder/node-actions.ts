"use client";

import type { KeyboardEvent } from "react";
import type { Path, QueryActions } from "react-querybuilder";
import { toast } from "sonner";
import { type GroupNode, isGroupNode, type LeafNode, nextNodeId, nodeOf, type QueryNode, queryToRule } from "../rule/rule-query";
import { useBuilder } from "./builder-context";

export interface NodeActions {
  move(way: "up" | "down"): void;
  duplicate(): void;
  remove(): void;
  wrap(): void;
  copyJson(): void;
  onKeyDown(event: KeyboardEvent): void;
}

export const nodeDomId = (id: string | undefined): string => `rule-${id}`;

/** "Condition 2.1". */
export const nodeNumber = (path: Path): string => path.map((index) => index + 1).join(".");

interface NodeProps {
  readonly path: Path;
  readonly actions: QueryActions;
  readonly shiftUpDisabled?: boolean;
  readonly shiftDownDisabled?: boolean;
}

/** What can be done with a part of a rule, by its buttons and by keys. */
export function useNodeActions({ path, actions, shiftUpDisabled, shiftDownDisabled }: NodeProps, node: QueryNode): NodeActions {
  const { root, change } = useBuilder();
  const parent = path.slice(0, -1);
  const move = (way: "up" | "down") => {
    if (way === "up" ? shiftUpDisabled : shiftDownDisabled) return;
    actions.moveRule(path, way);
    focusSoon(node.id, `[data-move="${way}"]`);
  };
  const duplicate = () => {
    const copy = withNewIds(node);
    change(insertAt(root.current, parent, (path.at(-1) ?? 0) + 1, copy));
    focusSoon(copy.id, "input, select");
  };
  const remove = () => {
    if (isGroupNode(node)) actions.onGroupRemove(path);
    else actions.onRuleRemove(path);
    focusSoon(nodeAt(root.current, parent)?.id, "[data-add]");
  };
  const actOf = (key: string): (() => void) | undefined => {
    if (key === "ArrowUp") return () => move("up");
    if (key === "ArrowDown") return () => move("down");
    if (key === "Delete") return remove;
    return key === "Insert" ? duplicate : undefined;
  };
  return {
    move,
    duplicate,
    remove,
    wrap: () => change(replaceAt(root.current, path, { id: nextNodeId(), combinator: "all", rules: [node] })),
    copyJson: () => {
      const text = JSON.stringify(queryToRule(node), null, 2);
      void navigator.clipboard.writeText(text).then(() => toast.success("Copied as JSON: paste it into a group."));
    },
    onKeyDown: (event) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const act = actOf(event.key);
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
  };
}

/** The same with another part at a path. */
export function replaceAt(root: GroupNode, [index, ...rest]: Path, node: QueryNode): GroupNode {
  const rules = root.rules.map((child, at) => {
    if (at !== index) return child;
    return rest.length === 0 || !isGroupNode(child) ? node : replaceAt(child, rest, node);
  });
  return { ...root, rules };
}

/** The same with one part more, in the group at a path. */
export function insertAt(root: GroupNode, parent: Path, index: number, node: QueryNode): GroupNode {
  const group = nodeAt(root, parent);
  if (group === undefined || !isGroupNode(group)) return root;
  const grown = { ...group, rules: group.rules.toSpliced(index, 0, node) };
  return parent.length === 0 ? grown : replaceAt(root, parent, grown);
}

export function nodeAt(root: QueryNode, path: Path): QueryNode | undefined {
  return path.reduce<QueryNode | undefined>((node, index) => (node && isGroupNode(node) ? node.rules[index] : undefined), root);
}

/** The same rule as new parts of the screen. */
export const withNewIds = (node: QueryNode): QueryNode => nodeOf(queryToRule(node));

export const newLeaf = (): LeafNode => ({
  id: nextNodeId(),
  field: "condition",
  operator: "holds",
  value: {} as LeafNode["value"],
});

/** When the next state is on the screen. */
export function focusSoon(id: string | undefined, what: string): void {
  setTimeout(() => {
    const node = document.getElementById(nodeDomId(id));
    const wanted =
      node?.querySelector<HTMLElement>(`${what}:not(:disabled)`) ?? node?.querySelector<HTMLElement>("button:not(:disabled)");
    wanted?.focus();
  }, 30);
}

/** Whether a part would look the same: paths are new lists each time. */
export function isSamePart<P extends NodeProps & { readonly schema: unknown }>(before: P, after: P): boolean {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof P>;
  return [...keys].every(
    (key) => Object.is(before[key], after[key]) || (key === "path" && before.path.join() === after.path.join()),
  );
}
