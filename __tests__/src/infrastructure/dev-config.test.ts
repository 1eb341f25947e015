import { parseStackConfig } from "../../../src/infrastructure/stack-config";
import { devValues, configMistakes as mistakes, without } from "../../support/stack-values";

describe("a dev stack's configuration", () => {
  it("fills in what isn't said", () => {
    expect(parseStackConfig(devValues(), "Pulumi.test.yaml")).toEqual({
      ...devValues(),
      partition: "aws",
      prefix: "mg",
      rolePath: "/",
      tags: {},
      notifyEmails: [],
      imageRepositories: [],
      governanceRegion: "us-east-1",
      evidencePrefixes: ["evidence/"],
    });
  });

  it("says where to find a missing key", () => {
    expect(mistakes(without(devValues(), "evidenceKeyArn"))).toEqual([
      'governance:evidenceKeyArn: is missing; expected the ARN of this account\'s evidence key; `pulumi stack output evidenceKeyArns --stack governance` prints it for each dev account, for example\n  governance:evidenceKeyArn: "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"',
    ]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "governance's account as its own",
      { governanceAccount: "111122223333", evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/k" },
      [
        'governance:governanceAccount: found "111122223333", this stack\'s own account; expected the account of the governance stack',
      ],
    ],
    [
      "a key of another account",
      { evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/k" },
      [
        expect.stringMatching(
          /^governance:evidenceKeyArn: found .*, expected a key of account 444455556666 in us-east-1;/,
        ),
      ],
    ],
    [
      "a key of another Region than governance's",
      { governanceRegion: "eu-west-1" },
      [
        expect.stringMatching(
          /^governance:evidenceKeyArn: found .*, expected a key of account 444455556666 in eu-west-1;/,
        ),
      ],
    ],
    [
      "an existing bucket without evidence prefixes",
      { artifactBucket: "team-artifacts" },
      [
        'governance:evidencePrefixes: is missing; the bucket "team-artifacts" exists already and may hold training data and checkpoints, which stay where they are, so say which keys are evidence, for example\n  governance:evidencePrefixes: ["evidence/"]',
      ],
    ],
    [
      "whole documents of a bucket that isn't named",
      { ownsArtifactBucket: true },
      [
        "governance:ownsArtifactBucket: found true, and no governance:artifactBucket; expected it beside a bucket that exists alone, as the stack writes all of one that it makes; take it out, or name the bucket",
      ],
    ],
    [
      "a key of another account for the bucket",
      { artifactKeyArn: "arn:aws:kms:us-east-1:444455556666:key/k" },
      [
        "governance:artifactKeyArn: found a key of account 444455556666 in us-east-1; expected one of this stack's account and Region, 111122223333 in us-east-1",
      ],
    ],
    [
      "a prefix inside another",
      { evidencePrefixes: ["evidence/", "evidence/bias/"] },
      ['governance:evidencePrefixes: found "evidence/" and "evidence/bias/", which lies inside; keep the first alone'],
    ],
    [
      "a prefix with a wildcard",
      { evidencePrefixes: ["evidence/*"] },
      [expect.stringMatching(/^governance:evidencePrefixes\[0\]: found "evidence\/\*"/)],
    ],
    ["no prefix at all", { evidencePrefixes: [] }, [expect.stringMatching(/^governance:evidencePrefixes: found \[\]/)]],
    [
      "a whole bucket as evidence",
      { evidencePrefixes: [""] },
      [expect.stringMatching(/^governance:evidencePrefixes\[0\]: found ""/)],
    ],
    ["a key of governance", { devAccounts: [] }, [expect.stringMatching(/^governance:devAccounts: isn't known here/)]],
    [
      "another partition",
      { partition: "aws-eu" },
      [expect.stringMatching(/^governance:partition: found "aws-eu", expected the partition/)],
    ],
    [
      "a role of another account",
      { registeringRoles: ["arn:aws:iam::444455556666:role/ml-build"] },
      [
        'governance:registeringRoles: found "arn:aws:iam::444455556666:role/ml-build", expected a role of account 111122223333',
      ],
    ],
  ])("%s", (_, change, expected) => {
    expect(mistakes(devValues(change))).toEqual(expected);
  });
});
