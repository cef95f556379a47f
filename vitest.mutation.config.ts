import { defineConfig } from "vitest/config";

/**
 * The tests that mutants of the ledger must not survive (`npm run mutate`): those of core that say most about it for their time.
 * They run on source, with no server.
 */
export default defineConfig({
  test: {
    environment: "node",
    include: [
      "packages/core/src/batch/batcher.test.ts",
      "packages/core/src/memory/{communications/communications,coordination/leases,memory-store}.test.ts",
      "packages/core/src/model/{campaign,communication-log}.test.ts",
      "packages/core/src/usecases/campaigns/{campaign-life,campaigns,plan-campaign,reopen-rows,start-scheduled}.test.ts",
      "packages/core/src/usecases/communications/{claim-heartbeat,deliver,judge-results,receipts,send-messages,sweep}.test.ts",
      "packages/core/src/usecases/sender/{retry-delay,vendor-breaker}.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // Which mutants a test covers is told from the one test that runs.
    maxConcurrency: 1,
    testTimeout: 20_000,
  },
});
