"use client";

import { type RefObject, useEffect, useState } from "react";

/** Whether there is more to the left and to the right of what is seen of an element that scrolls. */
export function useOverflow(element: RefObject<HTMLElement | null>): { readonly left: boolean; readonly right: boolean } {
  const [more, setMore] = useState({ left: false, right: false });
  useEffect(() => {
    const box = element.current;
    if (box === null) return;
    const look = () => {
      const left = box.scrollLeft > 1;
      const right = box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
      setMore((before) => (before.left === left && before.right === right ? before : { left, right }));
    };
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    for (const child of box.children) sizes.observe(child);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [element]);
  return more;
}
