"use client";

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { IconButton } from "@/ui/button";
import type { MenuItem } from "@/ui/menu";
import type { NodeActions } from "./node-actions";
import { NodeMenu } from "./node-menu";

interface NodeButtonsProps {
  readonly name: string;
  readonly act: NodeActions;
  readonly upDisabled: boolean | undefined;
  readonly downDisabled: boolean | undefined;
  readonly more?: readonly MenuItem[];
}

/** What can be done with a part of a rule. */
export function NodeButtons({ name, act, upDisabled, downDisabled, more }: NodeButtonsProps) {
  return (
    <>
      <IconButton label={`Move up: ${name}`} data-move="up" disabled={upDisabled} onClick={() => act.move("up")}>
        <ArrowUp aria-hidden size={15} />
      </IconButton>
      <IconButton label={`Move down: ${name}`} data-move="down" disabled={downDisabled} onClick={() => act.move("down")}>
        <ArrowDown aria-hidden size={15} />
      </IconButton>
      <IconButton label={`Remove: ${name}`} onClick={act.remove}>
        <Trash2 aria-hidden size={15} />
      </IconButton>
      <NodeMenu name={name} act={act} {...(more === undefined ? {} : { more })} />
    </>
  );
}
