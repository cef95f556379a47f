"use client";

import { clsx } from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { RefObject } from "react";
import { useOverflow } from "./use-overflow";

/** Over what scrolls sideways: that there is more, and where. Stands beside it in a relative place. */
export function ScrollEdges({
  of,
  on = "surface",
}: {
  readonly of: RefObject<HTMLElement | null>;
  /** The ground that it fades into. */
  readonly on?: "surface" | "canvas";
}) {
  const { left, right } = useOverflow(of);
  const ground = on === "surface" ? "from-surface" : "from-canvas";
  const edge = `pointer-events-none absolute inset-y-0 flex w-7 items-center ${ground} from-40% to-transparent text-muted`;
  return (
    <>
      {left && (
        <span aria-hidden className={clsx(edge, "left-0 justify-start bg-linear-to-r")}>
          <ChevronLeft size={14} />
        </span>
      )}
      {right && (
        <span aria-hidden className={clsx(edge, "right-0 justify-end bg-linear-to-l")}>
          <ChevronRight size={14} />
        </span>
      )}
    </>
  );
}
