"use client";

import { useEffect, useState } from "react";

/** A text as it is once nobody has changed it for so long. */
export function useSettled(text: string, pauseMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    if (text === settled) return;
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, settled, pauseMs]);
  return settled;
}
