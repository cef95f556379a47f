"use client";

interface MailFrameProps {
  readonly html: string;
  readonly dark: boolean;
  readonly narrow: boolean;
}

/** Nothing in it runs, and it reaches nothing: a sandbox without rights. */
export function MailFrame({ html, dark, narrow }: MailFrameProps) {
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-sunken p-2">
      <iframe
        title={`The message as it looks${dark ? ", dark" : ""}${narrow ? ", narrow" : ""}`}
        sandbox=""
        srcDoc={shownAs(html, dark ? "dark" : "light")}
        className="mx-auto block h-105 rounded bg-white"
        style={{
          width: narrow ? 360 : "100%",
          maxWidth: "100%",
          colorScheme: dark ? "dark" : "light",
          ...(dark ? { background: "#121212" } : {}),
        }}
      />
    </div>
  );
}

const ASKS_SCHEME = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;

/**
 * As a mail program in that scheme shows it: the mail's own question after the scheme is answered here, since a frame is told the
 * browser's. What is added stands behind the doctype, where there is one: before it, it would not count.
 */
function shownAs(html: string, scheme: "dark" | "light"): string {
  const answered = html.replace(ASKS_SCHEME, (_, asked: string) =>
    asked.toLowerCase() === scheme ? "(min-width: 0)" : "(max-width: 0)",
  );
  const doctype = /^\s*<!doctype[^>]*>/i.exec(answered)?.[0] ?? "";
  const added = `<meta name="color-scheme" content="${scheme}"><base target="_blank">`;
  return `${doctype === "" ? "<!doctype html>" : doctype}${added}${answered.slice(doctype.length)}`;
}
