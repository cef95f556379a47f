/** How a figure stands beside the one before it: a direction in words, not a judgement. */
export function Change({ now, before }: { readonly now: number; readonly before: number }) {
  if (before === 0) return <>{now === 0 ? "as before" : "nothing before"}</>;
  const change = (now - before) / Math.abs(before);
  const percent = Math.abs(change) > 9.99 ? `${Math.round(Math.abs(change))} times` : `${(Math.abs(change) * 100).toFixed(1)}%`;
  if (change === 0) return <>as before</>;
  return (
    <>
      <span aria-hidden>{change > 0 ? "▲" : "▼"}</span> {percent} {change > 0 ? "more" : "less"} than before
    </>
  );
}
