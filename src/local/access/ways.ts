import { arnOf } from "../stand-in/aws-outputs";
import { optionalText } from "../stand-in/inputs";
import { type Context, decide } from "./decide";
import type { NamedPolicy } from "./declared-policies";
import type { Target } from "./pairs";
import type { SampleAccess } from "./sample-access";

/** Something that brings a version nearer to Approved, and the calls that do it. */
interface Act {
  act: string;
  calls: readonly Call[];
}

interface Call {
  does: readonly string[];
  /** Labels of what it is done to. */
  on: RegExp;
  saying?: Context;
}

const APPROVED: Context = { "sagemaker:ModelApprovalStatus": "Approved" };
const NEW_KEY: Context = { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" };
const PUT = ["s3:PutObject", "s3:ReplicateObject"];

/** All that the decision rests on: whoever does one of these has a hand in an approval. */
const ACTS: readonly Act[] = [
  {
    act: "sets a status",
    calls: [
      { does: ["sagemaker:UpdateModelPackage", "sagemaker:CreateModelPackage"], on: /^versions of /, saying: APPROVED },
    ],
  },
  { act: "has decide decide", calls: [{ does: ["lambda:InvokeFunction"], on: /^function decide/ }] },
  {
    act: "starts or goes on with an execution",
    calls: [
      { does: ["sagemaker:StartPipelineExecution"], on: /^pipeline [^/]+$/ },
      {
        does: ["sagemaker:RetryPipelineExecution", "sagemaker:SendPipelineExecutionStepSuccess"],
        on: /^pipeline .*\/execution\//,
      },
    ],
  },
  { act: "writes verdicts", calls: [{ does: PUT, on: /^bucket verdicts\/governance-pipeline/, saying: NEW_KEY }] },
  { act: "signs records", calls: [{ does: ["kms:Sign"], on: /^key record-signing/ }] },
  { act: "writes records", calls: [{ does: PUT, on: /^bucket records\/records/, saying: NEW_KEY }] },
  { act: "writes what models answered", calls: [{ does: PUT, on: /^bucket verdicts\/inference/, saying: NEW_KEY }] },
  {
    act: "changes the model that answers",
    calls: [{ does: ["sagemaker:UpdateEndpoint", "sagemaker:CreateEndpoint"], on: /^endpoint\/mg-ask/ }],
  },
  { act: "writes prompt sets", calls: [{ does: PUT, on: /^bucket prompts\/prompt-sets/ }] },
  { act: "writes evidence", calls: [{ does: PUT, on: /^bucket evidence-[^/]+\/\*/ }] },
  {
    act: "changes who may",
    calls: [
      { does: ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"], on: /^role / },
      { does: ["sagemaker:PutModelPackageGroupPolicy"], on: /^model package group / },
      { does: ["lambda:AddPermission"], on: /^function (decide|validate|start)$/ },
      { does: ["kms:PutKeyPolicy", "kms:CreateGrant"], on: /^key (record-signing|verdicts|records)/ },
      { does: ["s3:PutBucketPolicy"], on: /^bucket (records|verdicts|evidence-[^/]+)$/ },
    ],
  },
];

/** Calls that make a role one's own: directly, or by what runs under it. */
const BECOME: readonly { does: readonly string[]; of: "role" | "function" | "pipeline"; saying?: Context }[] = [
  { does: ["sts:AssumeRole", "iam:UpdateAssumeRolePolicy"], of: "role" },
  ...["lambda.amazonaws.com", "sagemaker.amazonaws.com"].map((service) => ({
    does: ["iam:PassRole"],
    of: "role" as const,
    saying: { "iam:PassedToService": service },
  })),
  { does: ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"], of: "function" },
  { does: ["sagemaker:UpdatePipeline"], of: "pipeline" },
];

/** A hand in an approval: who, what, and by which calls one after the other. */
export interface Way {
  act: string;
  through: readonly string[];
}

interface Step {
  role: string;
  call: string;
}

/**
 * All ways in which a principal has a hand in an approval, by itself and as any role that it can make its own; the
 * shortest for each act and thing.
 * @param scpsOn the organization's policies that bind a principal
 */
export async function waysOf(
  principal: string,
  access: SampleAccess,
  scpsOn: (principal: string) => readonly NamedPolicy[],
): Promise<Way[]> {
  const through = new Map<string, readonly string[]>([[principal, []]]);
  const ways: Way[] = [];
  for (const [who, before] of through) {
    for (const call of await possible(who, access, scpsOn, ACTS.flatMap(callsOf(access)))) {
      ways.push({ act: call.of, through: [...before, call.text] });
    }
    for (const step of await stepsFrom(who, access, scpsOn)) {
      if (!through.has(step.role)) through.set(step.role, [...before, step.call]);
    }
  }
  return ways;
}

interface Possible {
  of: string;
  text: string;
  action: string;
  target: Target;
  saying: Context;
}

async function possible(
  principal: string,
  { policies }: SampleAccess,
  scpsOn: (principal: string) => readonly NamedPolicy[],
  calls: readonly Possible[],
): Promise<Possible[]> {
  const decisions = await Promise.all(
    calls.map(({ action, target, saying }) =>
      decide({ principal, action, resource: target, context: saying }, policies, { scps: scpsOn(principal) }),
    ),
  );
  return calls.filter((_, at) => decisions[at]?.allowed);
}

const callsOf =
  (access: SampleAccess) =>
  ({ act, calls }: Act): Possible[] =>
    calls.flatMap(({ does, on, saying = {} }) =>
      access.targets
        .filter(({ label }) => on.test(label))
        .flatMap((target) => asked(access, act, does, target, saying)),
    );

/** Those of the actions that this thing takes. */
const asked = (
  { pairs }: SampleAccess,
  of: string,
  does: readonly string[],
  target: Target,
  saying: Context,
): Possible[] =>
  does
    .filter((action) => pairs.some((pair) => pair.action === action && pair.target.arn === target.arn))
    .map((action) => ({ of, text: `${action} on ${target.label}`, action, target, saying }));

async function stepsFrom(
  principal: string,
  access: SampleAccess,
  scpsOn: (principal: string) => readonly NamedPolicy[],
): Promise<Step[]> {
  const calls = runsUnder(access).flatMap(({ role, kind, target }) =>
    BECOME.filter(({ of }) => of === kind).flatMap(({ does, saying = {} }) =>
      asked(access, role, does, target, saying),
    ),
  );
  const found = await possible(principal, access, scpsOn, calls);
  return found.map(({ of, text }) => ({ role: of, call: text }));
}

const KINDS = {
  "aws:iam/role:Role": { kind: "role", input: undefined },
  "aws:lambda/function:Function": { kind: "function", input: "role" },
  "aws:sagemaker/pipeline:Pipeline": { kind: "pipeline", input: "roleArn" },
} as const;

/** Each role, and what runs under it. */
function runsUnder({ program, targets }: SampleAccess) {
  return program.resources.flatMap((resource) => {
    const found = Object.entries(KINDS).find(([type]) => type === resource.type)?.[1];
    if (found === undefined) return [];
    const target = targets.find(({ arn }) => arn === arnOf(resource));
    const role = found.input === undefined ? arnOf(resource) : optionalText(resource, found.input);
    return target === undefined || role === undefined ? [] : [{ role, kind: found.kind, target }];
  });
}
