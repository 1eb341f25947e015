import { DEPLOYER, of, own } from "./guarded-stack";
import type { Call } from "./under-scp";

export interface Case extends Omit<Call, "principal"> {
  /** The one who may do it; nobody where it isn't said. */
  rightful?: string;
}

/** How an administrator might keep requests, revocations and alarms from being heard: the statement that forbids it, in words, the call. */
export const MESSAGE_CASES: [statement: string, attempt: string, Case][] = [
  [
    "OnlyDeployerChangesQueues",
    "opens the start queue",
    { action: "sqs:SetQueueAttributes", resource: of("sqs", "start-0a1b2c3"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesQueues",
    "empties the queue of revocations",
    { action: "sqs:PurgeQueue", resource: of("sqs", "mg-revocations"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesQueues",
    "does away with dead letters, and so with their alarm",
    { action: "sqs:PurgeQueue", resource: of("sqs", "start-dead-letters-0a1b2c3"), rightful: DEPLOYER },
  ],
  ...(
    [
      ["start", "ReceiveMessage", "start-0a1b2c3"],
      ["watch", "ReceiveMessage", "watch-0a1b2c3"],
      ["revoke", "DeleteMessage", "mg-revocations"],
      ["decide", "ReceiveMessage", "mg-requests"],
    ] as const
  ).map(([role, action, queue]): [string, string, Case] => [
    "OnlyStepsTakeMessages",
    `takes what is for ${role}`,
    { action: `sqs:${action}`, resource: of("sqs", queue), rightful: own(role) },
  ]),
  [
    "OnlyStepsTakeMessages",
    "hides a revocation for hours",
    { action: "sqs:ChangeMessageVisibility", resource: of("sqs", "mg-revocations") },
  ],
  [
    "OnlyStepsTakeMessages",
    "moves requests to a queue of theirs",
    { action: "sqs:StartMessageMoveTask", resource: of("sqs", "mg-requests") },
  ],
  ...(["DisableAlarmActions", "PutCompositeAlarm", "PutAlarmMuteRule", "SetAlarmState"] as const).map(
    (action): [string, string, Case] => [
      "OnlyDeployerSilencesAlarms",
      `silences an alarm by ${action}`,
      {
        action: `cloudwatch:${action}`,
        resource: of("cloudwatch", "alarm:revocations-dead-letters-0a1b2c3"),
        rightful: DEPLOYER,
      },
    ],
  ),
  [
    "OnlyDeployerSilencesAlarms",
    "silences an alarm",
    {
      action: "cloudwatch:DeleteAlarms",
      resource: of("cloudwatch", "alarm:reconcile-missing-0a1b2c3"),
      rightful: DEPLOYER,
    },
  ],
  [
    "OnlyDeployerChangesNotices",
    "takes the topic away",
    { action: "sns:DeleteTopic", resource: of("sns", "notices-0a1b2c3"), rightful: DEPLOYER },
  ],
  ...(["Unsubscribe", "SetSubscriptionAttributes", "PutDataProtectionPolicy"] as const).map(
    (action): [string, string, Case] => [
      "OnlyDeployerChangesNotices",
      `keeps people from being told by ${action}`,
      { action: `sns:${action}`, resource: of("sns", "notices-0a1b2c3"), rightful: DEPLOYER },
    ],
  ),
  ...(["DeleteLogGroup", "DeleteMetricFilter", "PutMetricFilter", "PutRetentionPolicy"] as const).map(
    (action): [string, string, Case] => [
      "OnlyDeployerChangesLogs",
      `has lines go uncounted or unread by ${action}`,
      { action: `logs:${action}`, resource: of("logs", "log-group:/aws/lambda/mg-start"), rightful: DEPLOYER },
    ],
  ),
];
