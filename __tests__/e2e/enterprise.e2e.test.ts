import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deployerTable } from "../../src/infrastructure/permissions/deployer-table";
import { parseStackConfig } from "../../src/infrastructure/stack-config";
import { parseDefinition } from "../../src/local/stand-in/sagemaker/definition";
import { type TestRegistry, testRegistry } from "../src/image/registry";
import { LANGUAGE_VALUES, SERVING_VALUES } from "../support/language-config";
import { holdBase } from "./base-image";
import { CREDIT, GOVERNANCE, makeRegisteringRole, PIPELINE } from "./deployment";
import { Emulator, type Keys } from "./emulator";
import { type ConfigValues, copyProject, DeployedStack } from "./stacks";
import { missing, say } from "./tools";

const absent = missing("pulumi", "fakecloud");
if (absent.length > 0) say(`skipped, a deployment by a bounded deployer: ${absent.join(" and ")} not on PATH`);

const MINUTES = 60_000;
const NAME = "model-governance-boundary";
const boundaryOf = (account: string) => `arn:aws:iam::${account}:policy/${NAME}`;
/** What a role may do at most: everything but IAM. */
const BOUNDARY = allowing([{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }]);
const DEPLOYER = allowing([{ Effect: "Allow", Action: "*", Resource: "*" }]);

const COMMON = { prefix: "acme", rolePath: "/ml/governance/" };
const DEV_REGION = "eu-west-1";

(absent.length > 0 ? describe.skip : describe)("a deployer who may make no role without its boundary", () => {
  let folder: string;
  let emulator: Emulator;
  let base: TestRegistry;
  let governance: DeployedStack;
  let dev: DeployedStack;
  const deployers = new Map<string, Keys>();
  const configured = new Map<DeployedStack, ConfigValues>();
  const configure = (stack: DeployedStack, values: ConfigValues) => {
    configured.set(stack, values);
    stack.configure(values);
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "governance-e2e-"));
    base = await testRegistry();
    const accounts = [GOVERNANCE.account, CREDIT];
    // No function runs here, so none calls SageMaker.
    emulator = await Emulator.start({ folder, accounts, region: GOVERNANCE.region, sageMakerUrl: base.origin });
    await makeRegisteringRole(emulator, CREDIT);
    const project = copyProject(folder);
    const stack = async (name: string, account: string) => {
      const document = { PolicyName: NAME, PolicyDocument: JSON.stringify(BOUNDARY) };
      await emulator.query(account, "iam", { Action: "CreatePolicy", Version: "2010-05-08", ...document });
      const keys = await emulator.userOf(account, "deployer", DEPLOYER);
      emulator.bound(keys, boundaryOf(account));
      deployers.set(name, keys);
      return DeployedStack.create(name, project, emulator.url, keys);
    };
    governance = await stack("governance", GOVERNANCE.account);
    dev = await stack("dev", CREDIT);
  }, 2 * MINUTES);
  afterAll(async () => {
    await emulator?.stop();
    await base?.close();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTES);

  const governanceValues = (): ConfigValues => ({
    ...COMMON,
    ...{ role: "governance", account: GOVERNANCE.account, region: GOVERNANCE.region, runner: "processing" },
    checksImageBuild: { baseRegistry: base.origin, baseImage: `base@${holdBase(folder, base, "base")}` },
    retention: { mode: "GOVERNANCE", days: 1 },
    devAccounts: [{ account: CREDIT, region: DEV_REGION, transfer: "copy", registeringRoles: ["ml-build"] }],
    groups: [
      ...["credit-risk", "payment-fraud"].map((name) => ({ name, accounts: [CREDIT] })),
      { name: "support-assistant", accounts: [CREDIT], language: SERVING_VALUES },
    ],
    language: LANGUAGE_VALUES,
  });

  it(
    "can't deploy without it",
    async () => {
      governance.configure(governanceValues());
      await expect(governance.up()).rejects.toThrow(
        /CreateRole.*AccessDenied|not authorized to perform: iam:CreateRole/s,
      );
    },
    5 * MINUTES,
  );

  it(
    "deploys with it: the processing runner, and a dev account in another Region",
    async () => {
      configure(governance, { ...governanceValues(), permissionsBoundary: boundaryOf(GOVERNANCE.account) });
      const { outputs } = await governance.up();
      configure(dev, {
        ...COMMON,
        ...{ role: "dev", account: CREDIT, region: DEV_REGION, transfer: "copy", registeringRoles: ["ml-build"] },
        ...{ governanceAccount: GOVERNANCE.account, governanceRegion: GOVERNANCE.region, groups: ["credit-risk"] },
        permissionsBoundary: boundaryOf(CREDIT),
        evidenceKeyArn: outputs.evidenceKeyArns?.value[CREDIT],
      });
      await dev.up();
      for (const [stack, account] of [
        [governance, GOVERNANCE.account],
        [dev, CREDIT],
      ] as const) {
        const roles = (await stack.resources()).filter(({ type }) => type === "aws:iam/role:Role");
        expect(roles.length).toBeGreaterThan(0);
        for (const { outputs: role } of roles) {
          expect(role).toMatchObject({ path: COMMON.rolePath, permissionsBoundary: boundaryOf(account) });
          expect(role?.arn).toMatch(/:role\/ml\/governance\/acme-/);
        }
      }
    },
    10 * MINUTES,
  );

  it("has the validate step as a job of the image that was pushed", async () => {
    const resources = await governance.resources();
    const deployed = resources.find(({ urn }) => urn.endsWith(`${PIPELINE}::approval`))?.outputs?.pipelineDefinition;
    const { steps } = parseDefinition(String(deployed), "the deployed pipeline");
    expect(steps.map(({ kind }) => kind)).toEqual(["Processing", "Lambda"]);
    const image = resources.find(({ type }) => type.endsWith(":ChecksImage") && type.startsWith("pulumi-nodejs"));
    expect(String(deployed)).toContain(String(image?.outputs?.uri));
    expect(resources.filter(({ urn }) => urn.endsWith("Function::validate"))).toEqual([]);
  });

  it.each([
    ["governance", () => governance],
    ["dev", () => dev],
  ])(
    "needs of the %s stack's deployer what its table has",
    async (name, stack) => {
      await stack().up();
      await stack().refresh();
      await stack().destroy();
      const keys = deployers.get(name);
      const used = keys === undefined ? [] : emulator.actionsOf(keys);
      const listed = tabled(configured.get(stack()) ?? {});
      if (used.some((action) => !listed.includes(action))) for (const action of used) say(`  ${name}: ${action}`);
      expect(used.filter((action) => !listed.includes(action))).toEqual([]);
      expect(used.length).toBeGreaterThan(20);
    },
    10 * MINUTES,
  );
});

function allowing(Statement: readonly unknown[]) {
  return { Version: "2012-10-17", Statement };
}

/** Actions that the table lets the deployer of that stack do. */
const tabled = (values: ConfigValues): string[] =>
  deployerTable(parseStackConfig(values, "the stack's configuration")).flatMap(({ may }) => may);
