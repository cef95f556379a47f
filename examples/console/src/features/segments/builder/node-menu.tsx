"use client";

import { EllipsisVertical } from "lucide-react";
import { Menu, type MenuItem } from "@/ui/menu";
import type { NodeActions } from "./node-actions";

/** What is done seldom. */
export function NodeMenu({
  name,
  act,
  more = [],
}: {
  readonly name: string;
  readonly act: NodeActions;
  readonly more?: readonly MenuItem[];
}) {
  return (
    <Menu
      small
      label={`More: ${name}`}
      items={[
        { label: "Duplicate", onSelect: act.duplicate },
        { label: "Put into a group", onSelect: act.wrap },
        { label: "Copy as JSON", onSelect: act.copyJson },
        ...more,
      ]}
    >
      <EllipsisVertical aria-hidden size={15} />
    </Menu>
  );
}
