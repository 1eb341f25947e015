import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { evaluateStack } from "../../../src/local/evaluate-stack";

const provider = (account = "111122223333") =>
  new aws.Provider("account", { region: "us-east-1", allowedAccountIds: [account] });

class Queues extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  constructor(options: pulumi.ComponentResourceOptions) {
    super("test:index:Queues", "queues", {}, options);
    const dead = new aws.sqs.Queue("dead", { name: "dead" }, { parent: this });
    const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 });
    this.url = new aws.sqs.Queue("live", { redrivePolicy }, { parent: this }).url;
  }
}

describe("evaluateStack", () => {
  it.each(["111122223333", "222233334444"])("resolves inputs in account %s", async (account) => {
    const { resources, outputs } = await evaluateStack("dev", () => ({
      url: new Queues({ providers: [provider(account)] }).url,
    }));
    const live = resources.find(({ name }) => name === "live");
    expect(resources.map(({ name }) => name)).toEqual(["dead", "live"]);
    expect(live).toMatchObject({ stack: "dev", type: "aws:sqs/queue:Queue", account, region: "us-east-1" });
    expect(live?.inputs.redrivePolicy).toBe(
      JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:${account}:dead`, maxReceiveCount: 3 }),
    );
    expect(outputs.url).toBe(`https://sqs.us-east-1.amazonaws.com/${account}/${live?.inputs.name}`);
  });

  it("gives a function's code as texts", async () => {
    const { resources } = await evaluateStack("dev", () => {
      const code = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = 1") });
      new aws.lambda.Function(
        "f",
        { name: "f", role: "arn:aws:iam::111122223333:role/f", code },
        { provider: provider() },
      );
      return {};
    });
    expect(resources[0]?.inputs.code).toEqual({ files: { "index.js": "exports.handler = 1" } });
  });

  it.each<[string, () => void, RegExp]>([
    [
      "a resource of the default provider",
      () => new aws.sqs.Queue("q", {}),
      /aws:sqs\/queue:Queue "q" has no provider/,
    ],
    ["an unknown type", () => new aws.ec2.Vpc("v", {}, { provider: provider() }), /aws:ec2\/vpc:Vpc, "v"/],
    [
      "a call of the provider",
      () => void aws.getCallerIdentity({}, { provider: provider() }).catch(() => undefined),
      /asks the provider for aws:index\/getCallerIdentity/,
    ],
    [
      "a throw",
      () => {
        throw new Error("wrong config");
      },
      /wrong config/,
    ],
  ])("refuses %s", async (_, declare, message) => {
    const declared = () => {
      declare();
      return {};
    };
    await expect(evaluateStack("dev", declared)).rejects.toThrow(message);
  });
});
