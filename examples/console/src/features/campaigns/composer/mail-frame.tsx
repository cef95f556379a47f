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

/** Behind the doctype, where there is one: before it, it would not count. */
function shownAs(html: string, scheme: "dark" | "light"): string {
  const doctype = /^\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? "";
  return `${doctype === "" ? "<!doctype html>" : doctype}<meta name="color-scheme" content="${scheme}"><base target="_blank">${html.slice(doctype.length)}`;
}
