import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["packages/*/src/**/*.test.ts", "examples/**/*.test.ts", "{bench,prove,servers}/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Starts the servers that a run's *.int.test.ts files need.
    globalSetup: ["./test/services.ts"],
    pool: "forks",
    // Many tests wait for timers and child processes, so two at once pay even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], exclude: ["**/*.test.ts"] },
  },
});
