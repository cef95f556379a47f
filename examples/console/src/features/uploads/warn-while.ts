const reasons = new Set<string>();

/** The browser asks before the tab is closed as long as there is a reason: what was staged, or is being sent, is in this tab only. */
export function warnWhile(reason: string, holds: boolean): void {
  if (holds) reasons.add(reason);
  else reasons.delete(reason);
  window.removeEventListener("beforeunload", warn);
  if (reasons.size > 0) window.addEventListener("beforeunload", warn);
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
