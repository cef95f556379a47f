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
        srcDoc={`<meta name="color-scheme" content="${dark ? "dark" : "light"}"><base target="_blank">${html}`}
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
