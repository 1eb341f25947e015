import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundle";
import { type FunctionOf, functionName } from "../contract/names";
import type { Grant, MadeArns } from "./permissions/grant";
import { ProcessRole } from "./process-role";
import type { StackConfig } from "./stack-config";

/** What a function runs: a bundle of ours, or an image by digest. */
export type FunctionCode = { bundle: Bundle } | { image: pulumi.Input<string> };

export type FunctionRole = Pick<ProcessRole, "arn" | "uniqueId">;

export interface HandlerFunctionArgs {
  config: StackConfig;
  of: FunctionOf;
  /** The role of another function, which it shares; it has one of its own otherwise. */
  role?: FunctionRole;
  description: string;
  code: FunctionCode;
  environment: pulumi.Input<Record<string, pulumi.Input<string>>>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** How many of it may run at once, reserved from the account's limit; what that limit allows where not said. */
  mostAtOnce?: number;
  /** Who does what in this account. */
  table: readonly Grant[];
  /** ARNs of what the table names and its name doesn't give. */
  made: MadeArns;
  /** Whether each change of code or settings makes a version that nothing changes any more. */
  publish?: boolean;
}

/** A Lambda function with its role and log group. */
export class HandlerFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Of the version that was published last. */
  readonly versionArn: pulumi.Output<string>;
  readonly role: FunctionRole;
  readonly logGroup: pulumi.Output<string>;

  constructor(name: string, args: HandlerFunctionArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:HandlerFunction", name, {}, options);
    const { config, of, table, made } = args;
    const physical = functionName(config.prefix, of);
    const role = args.role ?? ownRoleOf(name, { config, of, table, made }, { parent: this });
    // Made here, or Lambda would make it and keep logs for ever.
    const logs = new cloudwatch.LogGroup(
      name,
      { name: `/aws/lambda/${physical}`, retentionInDays: LOG_DAYS },
      { parent: this },
    );
    const run = new lambda.Function(
      name,
      {
        name: physical,
        description: args.description,
        role: role.arn,
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMegabytes,
        environment: { variables: args.environment },
        ...(args.mostAtOnce !== undefined && { reservedConcurrentExecutions: args.mostAtOnce }),
        ...(config.vpc && {
          vpcConfig: { subnetIds: [...config.vpc.subnetIds], securityGroupIds: [...config.vpc.securityGroupIds] },
        }),
        ...codeOf(args.code),
        // Versions before stay: an execution under way ends with what it began with.
        ...(args.publish && { publish: true }),
      },
      { parent: this, dependsOn: logs },
    );
    this.arn = run.arn;
    this.versionArn = run.qualifiedArn;
    this.role = role;
    this.logGroup = logs.name;
    this.registerOutputs({ arn: this.arn });
  }
}

const LOG_DAYS = 400;

/** Every function but review has one. */
function ownRoleOf(
  name: string,
  { of, ...args }: Pick<HandlerFunctionArgs, "config" | "of" | "table" | "made">,
  options: pulumi.ComponentResourceOptions,
): FunctionRole {
  if (of === "review") throw new Error("function review runs under the deciding role");
  return new ProcessRole(name, { ...args, of }, options);
}

function codeOf(code: FunctionCode): Partial<lambda.FunctionArgs> {
  if ("image" in code) {
    return {
      packageType: "Image",
      imageUri: code.image,
      // Its own command is the handler. One image serves Lambda and SageMaker's jobs, and those have no Graviton.
      architectures: ["x86_64"],
    };
  }
  return {
    runtime: "nodejs22.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset(code.bundle.js),
      "index.js.map": new pulumi.asset.StringAsset(code.bundle.map),
    }),
  };
}
