import { parseStackConfig } from "../../../src/infrastructure/stack-config";
import { EVIDENCE_KEY, governanceValues, configMistakes as mistakes, without } from "../../support/stack-values";

describe("a governance stack's configuration", () => {
  it("fills in what isn't said", () => {
    expect(parseStackConfig(governanceValues(), "Pulumi.test.yaml")).toEqual({
      ...governanceValues(),
      partition: "aws",
      prefix: "mg",
      rolePath: "/",
      runner: "lambda",
      revokeOnTampering: false,
      signingKeys: { former: { records: [], checkpoints: [], verdicts: [], revocations: [] } },
      tags: {},
      notifyEmails: [],
      consumers: [],
      auditors: [],
    });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "a misspelt key",
      { devAcounts: [] },
      [
        "governance:devAcounts: isn't known here; expected one of: account, region, partition, prefix, rolePath, permissionsBoundary, vpc, noticeKeyArn, assumeRole, tags, notifyEmails, role, checksImage, checksImageBuild, runner, verdictKeyArn, recordKeyArn, retention, revokeOnTampering, signingKeys, devAccounts, groups, language, reviewers, consumers, auditors",
      ],
    ],
    [
      "a key of the other kind of stack",
      { evidenceKeyArn: EVIDENCE_KEY },
      [expect.stringMatching(/^governance:evidenceKeyArn: isn't known here/)],
    ],
    [
      "an account without quotes",
      { account: 444455556666 },
      [
        'governance:account: found 444455556666, expected an account id: a text of twelve digits, in quotes, for example\n  governance:account: "111122223333"',
      ],
    ],
    [
      "an account too short",
      { account: "4444" },
      [
        'governance:account: found "4444", expected an account id: a text of twelve digits, in quotes, for example\n  governance:account: "111122223333"',
      ],
    ],
    [
      "another transfer",
      {
        devAccounts: [{ account: "111122223333", transfer: "sync", registeringRoles: ["ml-build"] }],
        groups: [{ name: "g", accounts: ["111122223333"] }],
      },
      [
        'governance:devAccounts[0].transfer: found "sync", expected how evidence is carried: copy (by a function) or replication (by S3), for example "copy"',
      ],
    ],
    [
      "another runner",
      { runner: "batch" },
      [
        'governance:runner: found "batch", expected what runs the checks\' image: lambda, or processing (a SageMaker Processing job), for example\n  governance:runner: "lambda"',
      ],
    ],
    [
      "an entry without its roles",
      { devAccounts: [{ account: "111122223333", transfer: "copy" }] },
      [
        'governance:devAccounts[0].registeringRoles: is missing; expected a list of the roles that register versions; they exist already, for example ["ml-build"]',
      ],
    ],
    [
      "an account twice",
      {
        devAccounts: [...[1, 2].map(() => ({ account: "111122223333", transfer: "copy", registeringRoles: ["r"] }))],
        groups: [{ name: "g", accounts: ["111122223333"] }],
      },
      ['governance:devAccounts: has account "111122223333" twice; expected one entry an account'],
    ],
    [
      "governance as a dev account",
      {
        devAccounts: [{ account: "444455556666", transfer: "copy", registeringRoles: ["r"] }],
        groups: [{ name: "g", accounts: ["444455556666"] }],
      },
      [
        'governance:devAccounts[0].account: found "444455556666", the governance account itself; expected the account of a dev team',
      ],
    ],
    [
      "a group of an unknown account",
      { groups: [{ name: "credit-risk", accounts: ["999988887777"] }] },
      [
        'governance:groups[0].accounts: found "999988887777", expected accounts of governance:devAccounts: 111122223333, 222233334444',
      ],
    ],
    [
      "a group twice",
      { groups: [1, 2].map(() => ({ name: "credit-risk", accounts: ["111122223333"] })) },
      ['governance:groups: has "credit-risk" twice; expected one entry a group, with all its accounts'],
    ],
    [
      "a group's name that SageMaker refuses",
      { groups: [{ name: "credit_risk", accounts: ["111122223333"] }] },
      [
        expect.stringMatching(
          /^governance:groups\[0\]\.name: found "credit_risk", expected the name of a model package group/,
        ),
      ],
    ],
    [
      "an image by tag",
      { checksImage: "444455556666.dkr.ecr.us-east-1.amazonaws.com/mg/checks:latest" },
      [
        expect.stringMatching(
          /^governance:checksImage: found .*expected the checks' image in this account's registry, named by digest/,
        ),
      ],
    ],
    [
      "an image that is both pushed and to be built",
      { checksImageBuild: {} },
      [
        "governance:checksImage: found governance:checksImageBuild as well; expected one: an image that is pushed, or one to build",
      ],
    ],
    [
      "a base by tag",
      { checksImage: undefined, checksImageBuild: { baseImage: "lambda/nodejs:22" } },
      [
        expect.stringMatching(
          /^governance:checksImageBuild\.baseImage: found "lambda\/nodejs:22", expected the base by digest: repository\[:tag\]@sha256:…, for example /,
        ),
      ],
    ],
    [
      "an image of another Region",
      { checksImage: `444455556666.dkr.ecr.eu-west-1.amazonaws.com/mg/checks@sha256:${"a".repeat(64)}` },
      [
        expect.stringMatching(
          /^governance:checksImage: found .*push it to a repository under 444455556666\.dkr\.ecr\.us-east-1\.amazonaws\.com\/$/,
        ),
      ],
    ],
    [
      "a role of another account",
      {
        devAccounts: [
          { account: "111122223333", transfer: "copy", registeringRoles: ["arn:aws:iam::222233334444:role/ml-build"] },
        ],
        groups: [{ name: "g", accounts: ["111122223333"] }],
      },
      [
        'governance:devAccounts[0].registeringRoles: found "arn:aws:iam::222233334444:role/ml-build", expected a role of account 111122223333',
      ],
    ],
    [
      "a deploy role of another account",
      { assumeRole: "arn:aws:iam::111122223333:role/deploy" },
      ['governance:assumeRole: found "arn:aws:iam::111122223333:role/deploy", expected a role of account 444455556666'],
    ],
    [
      "a boundary of another account",
      { permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary" },
      [
        'governance:permissionsBoundary: found a policy of account "111122223333"; expected one of this account, 444455556666, or of AWS, since IAM takes no other',
      ],
    ],
    [
      "a path without its slashes",
      { rolePath: "ml" },
      [
        'governance:rolePath: found "ml", expected the IAM path of the roles, beginning and ending with /, the same in all stacks, for example\n  governance:rolePath: "/ml-governance/"',
      ],
    ],
    [
      "a network without security groups",
      { vpc: { subnetIds: ["subnet-0a1b2c3d"] } },
      [expect.stringMatching(/^governance:vpc\.securityGroupIds: is missing/)],
    ],
    [
      "keys of another Region",
      {
        verdictKeyArn: "arn:aws:kms:eu-west-1:444455556666:key/k",
        devAccounts: [
          {
            account: "111122223333",
            transfer: "copy",
            registeringRoles: ["r"],
            evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/k",
          },
        ],
        groups: [{ name: "credit-risk", accounts: ["111122223333"] }],
      },
      [
        "governance:verdictKeyArn: found a key of account 444455556666 in eu-west-1; expected one of this stack's account and Region, 444455556666 in us-east-1",
        "governance:devAccounts[0].evidenceKeyArn: found a key of account 111122223333 in us-east-1; expected one of this stack's account and Region, 444455556666 in us-east-1",
      ],
    ],
    [
      "a prefix that makes names too long",
      { prefix: "model-governance-of-all-the-banks" },
      [
        "governance:prefix: makes the bucket name model-governance-of-all-the-banks-evidence-111122223333-us-east-1 of 65 characters; expected 63 at most, so shorten the prefix by 2",
        "governance:prefix: makes the bucket name model-governance-of-all-the-banks-evidence-222233334444-us-east-1 of 65 characters; expected 63 at most, so shorten the prefix by 2",
        "governance:prefix: makes the bucket name model-governance-of-all-the-banks-verdicts-444455556666-us-east-1 of 65 characters; expected 63 at most, so shorten the prefix by 2",
      ],
    ],
    [
      "several at once, also across kinds",
      { region: "us-east", groups: [{ name: "g", accounts: ["999988887777"] }], color: "red" },
      [
        expect.stringMatching(/^governance:color: isn't known here/),
        expect.stringMatching(/^governance:region: found "us-east", expected the name of a Region/),
        expect.stringMatching(/^governance:groups\[0\]\.accounts: found "999988887777"/),
      ],
    ],
  ])("%s", (_, change, expected) => {
    expect(mistakes(governanceValues(change))).toEqual(expected);
  });

  it.each(["account", "region", "checksImage", "retention", "devAccounts", "groups"])("without %s", (key) => {
    expect(mistakes(without(governanceValues(), key))).toEqual([
      expect.stringMatching(
        new RegExp(`^governance:${key}: is missing; expected .*, for example\\n  governance:${key}: `),
      ),
    ]);
  });

  it("takes the longest prefix whose names fit", () => {
    expect(mistakes(governanceValues({ prefix: "model-governance-of-all-the-ban" }))).toEqual([]);
  });
});
