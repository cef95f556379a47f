import path from "node:path";
import type { NextConfig } from "next";

const repository = path.resolve(import.meta.dirname, "../..");
/** While it is worked on (`next dev`): where the API is. */
const api = process.env.CONSOLE_API;

/** A folder of files: whoever serves the API serves them too. */
const config: NextConfig = {
  reactStrictMode: true,
  devIndicators: false,
  allowedDevOrigins: ["127.0.0.1"],
  // The client is a package of this repository, linked from outside this folder.
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  ...(api === undefined
    ? { output: "export" }
    : {
        rewrites: async () =>
          ["api", "downloads", "docs"].map((name) => ({ source: `/${name}/:path*`, destination: `${api}/${name}/:path*` })),
      }),
};

export default config;
