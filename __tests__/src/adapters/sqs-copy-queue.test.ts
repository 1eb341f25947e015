import { SendMessageBatchCommand, type SendMessageBatchCommandOutput, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { sqsCopyQueue } from "../../../src/adapters/sqs-copy-queue";
import { type CreatedObject, parseCreatedObject } from "../../../src/stages/copy";
import { SyncError } from "../../../src/stages/sync";
import { awsError } from "../../support/sdk-answers";

const sqs = mockClient(SQSClient);
const URL = "https://sqs.us-east-1.amazonaws.com/111122223333/copy";
const queue = sqsCopyQueue(new SQSClient({ region: "us-east-1" }), URL, "111122223333");
const object = (key: string): CreatedObject => ({ bucket: "artifacts", key, versionId: "v1", etag: "e1", size: 10 });
const [one, two, three] = [object("evidence/1"), object("evidence/2"), object("evidence/3")];
/** Keys that each call asked for. */
const asked = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ MessageBody = "" }) => parseCreatedObject(JSON.parse(MessageBody))?.key),
    );
const taken = (...ids: string[]) => ids.map((Id) => ({ Id, MessageId: "m", MD5OfMessageBody: "d" }));
type Answer = Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">;
const failed = (Id: string) => ({ Id, SenderFault: false, Code: "InternalError", Message: "try again" });

beforeEach(() => sqs.reset());

describe("the copy queue", () => {
  it("gets the event of each object, in one call", async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Successful: taken("0", "1"), Failed: [] });
    expect(await queue.send([one, two])).toEqual([]);
    expect(queue.most).toBe(10);
    const [call] = sqs.commandCalls(SendMessageBatchCommand);
    expect(call?.args[0].input).toMatchObject({ QueueUrl: URL, Entries: [{ Id: "0" }, { Id: "1" }] });
    expect(asked()).toEqual([["evidence/1", "evidence/2"]]);
  });

  it("gets again what it didn't take, and that alone", async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: taken("1"), Failed: [failed("0"), failed("2")] })
      .resolvesOnce({ Successful: taken("1"), Failed: [failed("0")] })
      .resolvesOnce({ Successful: taken("0"), Failed: [] });
    expect(await queue.send([one, two, three])).toEqual([]);
    expect(asked()).toEqual([["evidence/1", "evidence/2", "evidence/3"], ["evidence/1", "evidence/3"], ["evidence/1"]]);
  });

  it.each<[string, Answer, string]>([
    ["refuses", { Successful: taken("1"), Failed: [failed("0")] }, "InternalError: try again"],
    ["says nothing of", { Successful: taken("1"), Failed: [] }, "SQS said nothing of it"],
    [
      "refuses without a message",
      { Successful: taken("1"), Failed: [{ Id: "0", SenderFault: true, Code: "InternalError" }] },
      "InternalError",
    ],
  ])("that %s an object three times: it is said, with the reason", async (_, first, reason) => {
    sqs.on(SendMessageBatchCommand).resolvesOnce(first).resolves({ Successful: [], Failed: first.Failed });
    expect(await queue.send([one, two])).toEqual([{ object: one, reason }]);
    expect(asked()).toHaveLength(3);
  });

  it("that isn't there or refuses the caller: which queue, why, and what is needed", async () => {
    sqs.on(SendMessageBatchCommand).rejects(awsError("QueueDoesNotExist", "no queue"));
    const refused = queue.send([one]);
    await expect(refused).rejects.toBeInstanceOf(SyncError);
    await expect(refused).rejects.toThrow(
      `sending to ${URL}: QueueDoesNotExist: no queue; needed are credentials of account 111122223333 with sqs:SendMessage on that queue`,
    );
  });
});
