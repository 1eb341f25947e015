import { functionArn } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../../infrastructure/stack-config";
import { arnOf } from "../stand-in/aws-outputs";
import { optionalText } from "../stand-in/inputs";
import { type Context, decide } from "./decide";
import type { NamedPolicy, Policies } from "./declared-policies";
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
const REJECTED: Context = { "sagemaker:ModelApprovalStatus": "Rejected" };
const NEW_KEY: Context = { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" };
const PUT = ["s3:PutObject", "s3:ReplicateObject"];

/** All that the decision rests on, and that it is taken back: whoever does one of these has a hand in an approval. */
const ACTS: readonly Act[] = [
  {
    act: "sets Approved",
    calls: [
      { does: ["sagemaker:UpdateModelPackage", "sagemaker:CreateModelPackage"], on: /^versions of /, saying: APPROVED },
    ],
  },
  {
    act: "sets Rejected",
    calls: [{ does: ["sagemaker:UpdateModelPackage"], on: /^versions of /, saying: REJECTED }],
  },
  { act: "has decide decide", calls: [{ does: ["lambda:InvokeFunction"], on: /^function decide/ }] },
  // Called by hand they would believe what the event says of who asks.
  {
    act: "asks in another's name",
    calls: [{ does: ["lambda:InvokeFunction"], on: /^function (review|revoke)/ }],
  },
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
  // The queue's policy lets reviewers alone ask: what SQS says of the sender is who asked.
  { act: "asks for a decision", calls: [{ does: ["sqs:SendMessage"], on: /^queue requests$/ }] },
  { act: "asks for a revocation", calls: [{ does: ["sqs:SendMessage"], on: /^queue revocations$/ }] },
  {
    act: "takes from the queues",
    calls: [
      {
        does: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:StartMessageMoveTask"],
        on: /^queue (start|watch|requests|revocations)$/,
      },
    ],
  },
  {
    act: "stops requests, revocations or alarms",
    calls: [
      { does: ["sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"], on: /^queue / },
      { does: ["events:DisableRule", "events:RemoveTargets", "events:DeleteRule"], on: /^rule / },
      {
        does: [
          ...["cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions", "cloudwatch:PutAlarmMuteRule"],
          ...["cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState"],
        ],
        on: /^alarm [a-z]/,
      },
      { does: ["sns:Unsubscribe", "sns:SetSubscriptionAttributes", "sns:DeleteTopic"], on: /^topic / },
      { does: ["logs:DeleteMetricFilter", "logs:PutMetricFilter"], on: /^log group start$/ },
    ],
  },
  { act: "has versions judged again", calls: [{ does: ["sqs:SendMessage"], on: /^queue start$/ }] },
  { act: "keeps people's requests", calls: [{ does: PUT, on: /^bucket verdicts\/requests/, saying: NEW_KEY }] },
  { act: "signs verdicts", calls: [{ does: ["kms:Sign"], on: /^key verdict-signing/ }] },
  { act: "writes verdicts", calls: [{ does: PUT, on: /^bucket verdicts\/governance-pipeline/, saying: NEW_KEY }] },
  { act: "notes whose evidence a report is", calls: [{ does: PUT, on: /^bucket verdicts\/cited/, saying: NEW_KEY }] },
  { act: "writes definitions", calls: [{ does: PUT, on: /^bucket records\/definitions/, saying: NEW_KEY }] },
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
      { does: ["lambda:AddPermission"], on: /^function (decide|validate|start|review|revoke)$/ },
      { does: ["kms:PutKeyPolicy", "kms:CreateGrant"], on: /^key (record-signing|verdicts|records)/ },
      { does: ["s3:PutBucketPolicy"], on: /^bucket (records|verdicts|evidence-[^/]+)$/ },
    ],
  },
];

/** What hands the queues' messages to the functions. A call about it names the function, which policies ask for. */
const feeding = (governance: GovernanceConfig): Act => ({
  act: "changes what feeds functions",
  calls: [
    {
      does: ["lambda:UpdateEventSourceMapping"],
      on: /^mapping /,
      saying: { "lambda:FunctionArn": functionArn(governance.prefix, "start", placeOf(governance)) },
    },
  ],
});

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

/** What may be asked to have a hand in an approval, or to make a role one's own. */
export interface Search {
  acts: readonly Possible[];
  steps: readonly Possible[];
}

/** The calls that a search asks for; the same for everybody. */
export function searchIn(access: SampleAccess): Search {
  const takes = new Set(access.pairs.map(({ action, target }) => `${action} ${target.arn}`));
  return {
    acts: [...ACTS, feeding(access.program.governance)].flatMap(({ act, calls }) =>
      calls.flatMap(({ does, on, saying }) =>
        access.targets
          .filter(({ label }) => on.test(label))
          .flatMap((target) => possibleCalls(takes, act, does, target, saying)),
      ),
    ),
    steps: runsUnder(access).flatMap(({ role, kind, target }) =>
      BECOME.filter(({ of }) => of === kind).flatMap(({ does, saying }) =>
        possibleCalls(takes, role, does, target, saying),
      ),
    ),
  };
}

/**
 * Finds all ways in which a principal has a hand in an approval, by itself and as any role that it can make its own; the
 * shortest for each.
 * @param scpsOn the organization's policies that bind a principal
 */
export function waysUnder(
  { acts, steps }: Search,
  policies: Policies,
  scpsOn: (principal: string) => readonly NamedPolicy[],
): (principal: string) => Promise<Way[]> {
  const allowed = async (who: string, calls: readonly Possible[]): Promise<Possible[]> => {
    const decisions = await Promise.all(
      calls.map(({ action, target, saying }) =>
        decide({ principal: who, action, resource: target, context: saying }, policies, { scps: scpsOn(who) }),
      ),
    );
    return calls.filter((_, at) => decisions[at]?.allowed);
  };
  /** What each may do itself: asked once, however many can act as it. */
  const own = new Map<string, Promise<[Possible[], Possible[]]>>();
  const ownOf = (who: string) => {
    const known = own.get(who) ?? Promise.all([allowed(who, acts), allowed(who, steps)]);
    own.set(who, known);
    return known;
  };
  return async (principal) => {
    const through = new Map<string, readonly string[]>([[principal, []]]);
    const ways: Way[] = [];
    for (const [who, before] of through) {
      const [does, becomes] = await ownOf(who);
      for (const { of, text } of does) ways.push({ act: of, through: [...before, text] });
      for (const { of, text } of becomes) if (!through.has(of)) through.set(of, [...before, text]);
    }
    return ways;
  };
}

/** A call that a search asks for. */
interface Possible {
  /** The act, or the role that it makes one's own. */
  of: string;
  text: string;
  action: string;
  target: Target;
  saying: Context;
}

/** Of the actions, those that this thing takes. */
const possibleCalls = (
  takes: ReadonlySet<string>,
  of: string,
  does: readonly string[],
  target: Target,
  saying: Context = {},
): Possible[] =>
  does
    .filter((action) => takes.has(`${action} ${target.arn}`))
    .map((action) => ({ of, text: `${action} on ${target.label}`, action, target, saying }));

const KINDS = {
  "aws:iam/role:Role": { kind: "role", input: undefined },
  "aws:lambda/function:Function": { kind: "function", input: "role" },
  "aws:sagemaker/pipeline:Pipeline": { kind: "pipeline", input: "roleArn" },
} as const;

/** Each role, and what runs under it. */
function runsUnder({ program, targets, existingRoles }: SampleAccess) {
  const made = program.resources.flatMap((resource) => {
    const found = Object.entries(KINDS).find(([type]) => type === resource.type)?.[1];
    if (found === undefined) return [];
    const role = found.input === undefined ? arnOf(resource) : optionalText(resource, found.input);
    return role === undefined ? [] : [{ role, kind: found.kind, of: arnOf(resource) }];
  });
  const existing = existingRoles.map((role) => ({ role, kind: "role" as const, of: role }));
  return [...made, ...existing].flatMap(({ role, kind, of }) =>
    targets.filter(({ arn }) => arn === of).map((target) => ({ role, kind, target })),
  );
}
