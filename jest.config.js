/** Long tests (`*.long.test.ts`) run with `npm run test:long` only. */
const long = process.env.TESTS === "long";

module.exports = {
  testEnvironment: "node",
  // Pulumi keeps its settings in globals that it looks at once a test has ended.
  testEnvironmentOptions: { globalsCleanup: "off" },
  // All processors: what runs at once is small.
  maxWorkers: "100%",
  // Much longer than any test takes, so that a busy machine fails none.
  testTimeout: 30_000,
  roots: ["<rootDir>/__tests__"],
  testMatch: [long ? "**/*.long.test.ts" : "**/*.test.ts"],
  testPathIgnorePatterns: long ? [] : ["\\.long\\.test\\.ts$", "\\.e2e\\.test\\.ts$"],
  setupFiles: ["<rootDir>/__tests__/support/quiet-sdk.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
