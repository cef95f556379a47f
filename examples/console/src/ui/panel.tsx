import { clsx } from "clsx";
import type { ReactNode } from "react";

interface PanelProps {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  /** Nothing inside: for tables, which reach the edge. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Panel({ title, note, actions, flush = false, className, children }: PanelProps) {
  return (
    <section className={clsx("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
          <div className="min-w-0">
            {title !== undefined && <h2 className="text-panel font-semibold">{title}</h2>}
            {note !== undefined && <p className="text-xs text-muted">{note}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? "" : clsx("px-4 pb-4", title === undefined && actions === undefined && "pt-4")}>{children}</div>
    </section>
  );
}

/** The head of a page; sets the document's title. */
export function PageHead({
  title,
  note,
  actions,
  documentTitle,
}: {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly documentTitle: string;
}) {
  return (
    <header className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <title>{`${documentTitle} · CRM Engine`}</title>
      <div className="min-w-0">
        <h1 className="text-page font-semibold break-words">{title}</h1>
        {note !== undefined && <div className="mt-0.5 text-sm text-muted">{note}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

export function Figure({ label, value, note }: { readonly label: string; readonly value: ReactNode; readonly note?: ReactNode }) {
  return (
    <div className="min-w-0">
      <div className="text-xs font-semibold text-muted">{label}</div>
      <div className="text-figure font-semibold whitespace-nowrap tabular-nums">{value}</div>
      {note !== undefined && <div className="text-xs text-muted">{note}</div>}
    </div>
  );
}

/** An empty place offers the next step. */
export function Empty({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <p className="text-panel font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-sm text-muted">{children}</div>}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx("animate-pulse rounded-md bg-sunken", className ?? "h-4 w-full")} />;
}

/** Lines of the size that the content will have. */
export function SkeletonRows({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 px-4 py-3">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={row} className="h-5 w-full" />
      ))}
    </div>
  );
}
