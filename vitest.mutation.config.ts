import { defineConfig } from "vitest/config";

/** The tests that mutants of core's ledger must not survive (`npm run mutate`). They run on source, with no server. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["packages/core/src/{model,batch,usecases,memory}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    testTimeout: 20_000,
  },
});
