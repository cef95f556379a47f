"use client";

import type { Rule } from "@crm-engine/core";
import { memo } from "react";
import type { RuleProps } from "react-querybuilder";
import { Button } from "@/ui/button";
import { isUnfinished, kindOf } from "../rule/leaf-form";
import { type LeafNode, pathInRule, queryToRule } from "../rule/rule-query";
import { useRuleWorld } from "../rule-world";
import { Size } from "../size/size";
import { useBuilder } from "./builder-context";
import { FieldForm } from "./field-form";
import { MessagesForm } from "./messages-form";
import { isSamePart, nodeDomId, nodeNumber, useNodeActions } from "./node-actions";
import { NodeButtons } from "./node-buttons";
import { OrdersForm } from "./orders-form";
import { JsonForm, SampleForm, SegmentForm } from "./other-forms";
import { WhatPicker } from "./what-picker";

/** One condition: a readable row of controls, with how many meet it. */
export const LeafControl = memo(function LeafControl(props: RuleProps) {
  const { rule, path, actions } = props;
  const node = rule as unknown as LeafNode;
  const { scope, root, prefix, fresh } = useBuilder();
  const world = useRuleWorld();
  const act = useNodeActions(props, node);
  const name = `${prefix}${nodeNumber(path)}`;
  const kind = kindOf(node.value, scope, world.catalogue);
  const put = (value: unknown) => actions.onPropChange("value", value, path);
  const unfinished = isUnfinished(node.value);
  const at = pathInRule(root.current, path);
  const issues =
    scope === "order" ? [] : world.issues.filter(({ path: where }) => where === at || where.startsWith(`${at}.`) || at === "");
  const form = { leaf: node.value as never, name, onChange: put };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for what its buttons do
    <div
      id={nodeDomId(node.id)}
      onKeyDown={act.onKeyDown}
      className="flex flex-wrap items-start gap-x-2 gap-y-1.5 rounded-md border border-line bg-surface p-2 md:flex-nowrap"
    >
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 max-md:basis-full">
        <Button
          small
          look={node.operator === "fails" ? "primary" : "quiet"}
          aria-pressed={node.operator === "fails"}
          aria-label={`${name}: if not`}
          title={
            node.operator === "fails"
              ? "Turned round: everyone for whom this does not hold, people without a value too. Press to turn it back."
              : "Press to turn it round: everyone for whom this does not hold"
          }
          onClick={() => actions.onPropChange("operator", node.operator === "fails" ? "holds" : "fails", path)}
        >
          {node.operator === "fails" ? "if not" : "if"}
        </Button>
        <WhatPicker
          label={`${name}: what`}
          leaf={node.value}
          kind={kind}
          scope={scope}
          autoFocus={fresh.current === node.id}
          onChange={put}
        />
        {kind === "field" && <FieldForm {...form} scope={scope} />}
        {kind === "orders" && <OrdersForm {...form} />}
        {kind === "messages" && <MessagesForm {...form} />}
        {kind === "segment" && <SegmentForm {...form} />}
        {kind === "sample" && <SampleForm {...form} />}
        {kind === "json" && <JsonForm {...form} />}
        {unfinished ? (
          <p className="basis-full text-xs font-semibold text-warn">
            {kind === "new" ? "Choose what it is about." : "Something is still to be given."}
          </p>
        ) : (
          issues.map(({ path: where, message }) => (
            <p key={`${where} ${message}`} role="alert" className="basis-full text-xs text-bad">
              {where.slice(at.length).replace(/^\./, "")} {message}
            </p>
          ))
        )}
      </div>
      <div className="ml-auto flex shrink-0 items-center">
        {scope === "customer" && !unfinished && <Size rule={queryToRule(node) as Rule} label={name} />}
        <NodeButtons name={name} act={act} upDisabled={props.shiftUpDisabled} downDisabled={props.shiftDownDisabled} />
      </div>
    </div>
  );
}, isSamePart);
