import { clsx } from "clsx";

/** How far something is; without `of`, that it goes on. */
export function ProgressBar({
  label,
  done,
  of,
  text,
}: {
  readonly label: string;
  readonly done: number;
  readonly of?: number | undefined;
  readonly text?: string;
}) {
  const share = of === undefined ? undefined : of === 0 ? 1 : Math.min(1, done / of);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === undefined ? {} : { "aria-valuenow": Math.floor(share * 100) })}
      {...(text === undefined ? {} : { "aria-valuetext": text })}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={clsx("h-full rounded-full bg-accent", share === undefined && "animate-pulse")}
        style={{ width: share === undefined ? "100%" : `${share * 100}%`, ...(share === undefined ? { opacity: 0.4 } : {}) }}
      />
    </div>
  );
}
