import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseDefinition } from "../../src/local/stand-in/sagemaker/definition";
import { type TestRegistry, testRegistry } from "../src/image/registry";
import { holdBase } from "./base-image";
import { CREDIT, GOVERNANCE, makeRegisteringRole, PIPELINE } from "./deployment";
import { Emulator } from "./emulator";
import { type ConfigValues, copyProject, DeployedStack } from "./stacks";
import { missing, say } from "./tools";

const absent = missing("pulumi", "fakecloud");
if (absent.length > 0) say(`skipped, a deployment by a bounded deployer: ${absent.join(" and ")} not on PATH`);

const MINUTES = 60_000;
const NAME = "model-governance-boundary";
const boundaryOf = (account: string) => `arn:aws:iam::${account}:policy/${NAME}`;
/** Roles without the boundary aren't the deployer's to make; what a role may do at most is everything but IAM. */
const BOUNDARY = allowing([{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }]);
const deployerOf = (account: string) =>
  allowing([
    { Effect: "Allow", Action: "*", Resource: "*" },
    {
      Effect: "Deny",
      Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
      Resource: "*",
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundaryOf(account) } },
    },
  ]);

const COMMON = { prefix: "acme", rolePath: "/ml/governance/" };
const DEV_REGION = "eu-west-1";

(absent.length > 0 ? describe.skip : describe)("a deployer who may make no role without its boundary", () => {
  let folder: string;
  let emulator: Emulator;
  let base: TestRegistry;
  let governance: DeployedStack;
  let dev: DeployedStack;

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
      const keys = await emulator.userOf(account, "deployer", deployerOf(account));
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
    devAccounts: [{ account: CREDIT, region: DEV_REGION, transfer: "copy", registeringRoles: ["ml-build"] }],
    groups: ["credit-risk", "payment-fraud"].map((name) => ({ name, accounts: [CREDIT] })),
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
      governance.configure({ ...governanceValues(), permissionsBoundary: boundaryOf(GOVERNANCE.account) });
      const { outputs } = await governance.up();
      dev.configure({
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
    const deployed = resources.find(({ type }) => type === PIPELINE)?.outputs?.pipelineDefinition;
    const { steps } = parseDefinition(String(deployed), "the deployed pipeline");
    expect(steps.map(({ kind }) => kind)).toEqual(["Processing", "Lambda"]);
    const image = resources.find(({ type }) => type.endsWith(":ChecksImage") && type.startsWith("pulumi-nodejs"));
    expect(String(deployed)).toContain(String(image?.outputs?.uri));
    expect(resources.filter(({ urn }) => urn.endsWith("Function::validate"))).toEqual([]);
  });
});

function allowing(Statement: readonly unknown[]) {
  return { Version: "2012-10-17", Statement };
}
