import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { functionArn, verdictBucketName } from "../../src/contract/names";
import { CREDIT, type Deployment, evidence, GOVERNANCE, PAYMENTS } from "./deployment";
import { say } from "./tools";

const lambdaPath = (of: string) => `/2015-03-31/functions/${functionArn("mg", of as "start", GOVERNANCE)}/invocations`;

/** What a dev account's administrator must not be able to do. */
export const ATTEMPTS: [string, (deployed: Deployment) => Promise<unknown>][] = [
  [
    "reading another account's evidence",
    ({ s3 }) => s3(PAYMENTS).send(new GetObjectCommand({ Bucket: evidence(CREDIT), Key: "evidence/last.json" })),
  ],
  [
    "listing another account's evidence",
    ({ s3 }) => s3(PAYMENTS).send(new ListObjectsV2Command({ Bucket: evidence(CREDIT) })),
  ],
  [
    "writing another account's evidence",
    ({ s3 }) =>
      s3(PAYMENTS).send(new PutObjectCommand({ Bucket: evidence(CREDIT), Key: "evidence/x.json", Body: "{}" })),
  ],
  [
    "writing its own evidence bucket by other than the copy role",
    ({ s3 }) => s3(CREDIT).send(new PutObjectCommand({ Bucket: evidence(CREDIT), Key: "evidence/x.json", Body: "{}" })),
  ],
  [
    "reading verdicts",
    ({ s3 }) => s3(CREDIT).send(new ListObjectsV2Command({ Bucket: verdictBucketName("mg", GOVERNANCE) })),
  ],
  [
    "sending to start's queue",
    ({ emulator, startQueueUrl }) =>
      refused(emulator, CREDIT, "sqs", "AmazonSQS.SendMessage", { QueueUrl: startQueueUrl(), MessageBody: "{}" }),
  ],
  ...(["start", "validate", "decide"] as const).map((of): (typeof ATTEMPTS)[number] => [
    `invoking ${of}`,
    async ({ emulator }) => {
      const answer = await emulator.call(CREDIT, GOVERNANCE.region, "lambda", lambdaPath(of), {
        method: "POST",
        body: "{}",
      });
      throw Object.assign(new Error(await answer.text()), {
        name: answer.status === 403 ? "403" : `answered ${answer.status}`,
      });
    },
  ]),
  [
    "using another account's evidence key",
    ({ emulator, evidenceKeys }) =>
      refused(emulator, PAYMENTS, "kms", "TrentService.GenerateDataKey", {
        KeyId: evidenceKeys()[CREDIT],
        KeySpec: "AES_256",
      }),
  ],
];

/** The emulator answers some calls on another account's things as if there were none: nobody gets in, but no policy is shown. */
const UNSEEN = /QueueDoesNotExist|NonExistentQueue|NotFoundException/;

async function refused(
  emulator: Deployment["emulator"],
  account: string,
  service: string,
  target: string,
  body: unknown,
): Promise<void> {
  await emulator.json(account, GOVERNANCE.region, service, target, body).catch((error: unknown) => {
    const text = String(error);
    if (UNSEEN.test(text))
      say(`  not shown here: ${target} is refused by the emulator's own walls between accounts, not by a policy`);
    throw Object.assign(new Error(text), {
      name: /AccessDenied/.test(text) || UNSEEN.test(text) ? "AccessDenied" : text,
    });
  });
}
