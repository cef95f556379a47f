"use client";

import type { Rule } from "@crm-engine/core";
import { Plus } from "lucide-react";
import { memo, useState } from "react";
import { isRuleGroup, type RuleGroupProps } from "react-querybuilder";
import { Button } from "@/ui/button";
import { Select } from "@/ui/field";
import { someUnfinished } from "../rule/leaf-form";
import { type GroupNode, isGroupNode, type Joint, jointOf, nextNodeId, nodeOf, queryToRule } from "../rule/rule-query";
import { Size } from "../size/size";
import { useBuilder } from "./builder-context";
import { insertAt, isSamePart, newLeaf, nodeDomId, nodeNumber, replaceAt, useNodeActions } from "./node-actions";
import { NodeButtons } from "./node-buttons";
import { PasteDialog } from "./paste-dialog";

const JOINTS: Readonly<Record<Exclude<Joint, "one">, string>> = {
  all: "All of these hold",
  any: "Any of these holds",
  notAny: "None of these holds",
  notAll: "Not all of these hold",
  not: "This does not hold",
};

/** Conditions and groups, and how they are joined. */
export const GroupControl = memo(function GroupControl(props: RuleGroupProps) {
  const { ruleGroup, path, schema, actions, translations } = props;
  const node = ruleGroup as unknown as GroupNode;
  const { root, prefix, change, fresh } = useBuilder();
  const act = useNodeActions(props, node);
  const [pasting, setPasting] = useState(false);
  const { rule: LeafPart, ruleGroup: GroupPart } = schema.controls;
  const top = path.length === 0;
  const name = top ? (prefix === "" ? "The rule" : prefix) : `${prefix === "" ? "Group " : `${prefix}group `}${nodeNumber(path)}`;
  const joint = jointOf(node);
  const shown = joint === "one" ? "all" : joint;
  const add = (made: GroupNode | ReturnType<typeof newLeaf>) => {
    fresh.current = isGroupNode(made) ? made.rules[0]?.id : made.id;
    change(insertAt(root.current, path, node.rules.length, made));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for what its buttons do
    <div
      id={nodeDomId(node.id)}
      onKeyDown={top ? undefined : act.onKeyDown}
      className={top ? "" : "rounded-md border border-line border-l-4 border-l-accent bg-sunken/60 p-2"}
    >
      <div className="mb-2 flex flex-wrap items-center gap-1.5">
        <Select
          aria-label={`${name}: how its conditions are joined`}
          className="!w-auto max-w-full field-sizing-content !pr-1 font-medium"
          value={shown}
          onChange={(event) => actions.onPropChange("combinator", event.target.value, path)}
        >
          {(Object.keys(JOINTS) as (keyof typeof JOINTS)[])
            .filter((one) => one !== "not" || shown === "not")
            .map((one) => (
              <option key={one} value={one}>
                {JOINTS[one]}
              </option>
            ))}
        </Select>
        {!top && (
          <div className="ml-auto flex items-center">
            {prefix === "" && !someUnfinished(node) && <Size rule={queryToRule(node) as Rule} label={name} />}
            <NodeButtons
              name={name}
              act={act}
              upDisabled={props.shiftUpDisabled}
              downDisabled={props.shiftDownDisabled}
              more={[{ label: "Take out of the group", onSelect: () => actions.ungroupRuleGroup(path) }]}
            />
          </div>
        )}
      </div>
      <div className="flex flex-col gap-2">
        {ruleGroup.rules.map((child, index) => {
          if (typeof child === "string") return null;
          const at = [...path, index];
          const shared = {
            id: child.id,
            path: at,
            schema,
            actions,
            translations,
            // The first and the last of a group go on out of it.
            shiftUpDisabled: top && index === 0,
            shiftDownDisabled: top && index === node.rules.length - 1,
          };
          return isRuleGroup(child) ? (
            <GroupPart key={child.id} {...shared} ruleGroup={child} />
          ) : (
            <LeafPart key={child.id} {...shared} rule={child} />
          );
        })}
        {node.rules.length === 0 && (
          <p className="rounded-md border border-dashed border-line-strong px-3 py-2 text-sm text-muted">
            {EMPTY[shown]} {prefix === "" ? "" : "(Of orders, in here.)"}
          </p>
        )}
      </div>
      <div className="mt-2 flex flex-wrap gap-1.5">
        <Button
          small
          data-add
          aria-label={top ? `Add condition${prefix === "" ? "" : ` to ${name}`}` : `Add condition to ${name}`}
          onClick={() => add(newLeaf())}
        >
          <Plus aria-hidden size={14} /> Condition
        </Button>
        <Button
          small
          aria-label={top ? `Add group${prefix === "" ? "" : ` to ${name}`}` : `Add group to ${name}`}
          onClick={() => add({ id: nextNodeId(), combinator: shown === "all" ? "any" : "all", rules: [newLeaf()] })}
        >
          <Plus aria-hidden size={14} /> Group
        </Button>
        <Button small look="quiet" aria-label={`Paste JSON into ${name}`} onClick={() => setPasting(true)}>
          Paste JSON
        </Button>
      </div>
      {pasting && (
        <PasteDialog
          into={name}
          onClose={() => setPasting(false)}
          onPaste={(rule) => {
            const made = nodeOf(rule);
            change(
              top && node.rules.length === 0 && isGroupNode(made)
                ? made
                : path.length === 0 || node.rules.length > 0
                  ? insertAt(root.current, path, node.rules.length, made)
                  : replaceAt(root.current, path, { ...node, rules: [made] }),
            );
            setPasting(false);
          }}
        />
      )}
    </div>
  );
}, isSamePart);

const EMPTY: Readonly<Record<Exclude<Joint, "one">, string>> = {
  all: "No condition: everyone. Add a condition to choose some.",
  any: "Any of no conditions: no one. Add a condition.",
  notAny: "None of no conditions: everyone. Add a condition.",
  notAll: "Not all of no conditions: no one. Add a condition.",
  not: "",
};
