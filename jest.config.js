/** Long tests (`*.long.test.ts`) run with `npm run test:long` only, those of a real deployment with `npm run test:e2e`. */
const KINDS = ["long", "e2e"];
const kind = KINDS.find((name) => name === process.env.TESTS);

module.exports = {
  testEnvironment: "node",
  // Pulumi keeps its settings in globals that it looks at once a test has ended.
  testEnvironmentOptions: { globalsCleanup: "off" },
  // All processors: what runs at once is small.
  maxWorkers: "100%",
  // A worker keeps what its suites leave in memory, and gets slower and slower: one that has so much is replaced.
  workerIdleMemoryLimit: "1.5GB",
  // Much longer than any test takes, so that a busy machine fails none.
  testTimeout: 60_000,
  roots: ["<rootDir>/__tests__"],
  testMatch: [kind === undefined ? "**/*.test.ts" : `**/*.${kind}.test.ts`],
  testPathIgnorePatterns: kind === undefined ? KINDS.map((name) => `\\.${name}\\.test\\.ts$`) : [],
  setupFiles: ["<rootDir>/__tests__/support/quiet-sdk.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
