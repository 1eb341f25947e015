import { arnParts } from "../arns";
import { Input } from "../call-input";
import { logRequests, pullRequests } from "../iam/containers";
import { ownArn } from "../iam/request";
import { isRecord, listOf } from "../inputs";
import { AwsError, type Call, type Caller, type Surroundings, UnknownToStandIn } from "../service";
import { pageOf } from "./pages";

/** What a model's container does with the body of an invocation; `weights` is its model data. */
export type ModelServer = (body: string, weights: string) => string;

/** What stands behind endpoints. */
export interface Serving {
  /** What runs in a container, by the image's URI. */
  readonly models: ReadonlyMap<string, ModelServer>;
  /** Reads an object as a model's execution role may. */
  fetch(role: string, caller: Caller, uri: string): Promise<string>;
}

type Kind = "model" | "endpoint-config" | "endpoint";

interface Made {
  kind: Kind;
  name: string;
  arn: string;
  account: string;
  region: string;
  created: Date;
  fields: Readonly<Record<string, unknown>>;
  tags: readonly { Key: string; Value: string }[];
}

interface Served extends Made {
  status: "Creating" | "InService" | "Failed" | "Deleting";
  failure?: string;
  answer?: (body: string) => string;
}

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
/** Virtual milliseconds until an endpoint is in service, and until one is gone. */
const CREATED_AFTER = [180_000, 420_000] as const;
const DELETED_AFTER = 30_000;

/** SageMaker's real-time endpoints, with their configurations and models. */
export class Endpoints {
  private readonly made: Made[] = [];
  private readonly served: Served[] = [];

  constructor(
    private readonly around: Surroundings,
    private readonly serving: Serving,
  ) {}

  /** Operations of SageMaker's that are about endpoints. */
  readonly operations: Readonly<Record<string, (call: Call) => unknown>> = {
    CreateModel: (call) => this.create(call, "model", MODEL_FIELDS, "ModelName"),
    DescribeModel: (call) => this.describe(call, "model", "ModelName"),
    DeleteModel: (call) => this.remove(call, "model", "ModelName"),
    ListModels: (call) => this.list(call, "model", "Models", "Model"),
    CreateEndpointConfig: (call) => this.create(call, "endpoint-config", CONFIG_FIELDS, "EndpointConfigName"),
    DescribeEndpointConfig: (call) => this.describe(call, "endpoint-config", "EndpointConfigName"),
    DeleteEndpointConfig: (call) => this.remove(call, "endpoint-config", "EndpointConfigName"),
    ListEndpointConfigs: (call) => this.list(call, "endpoint-config", "EndpointConfigs", "EndpointConfig"),
    CreateEndpoint: (call) => this.createEndpoint(call),
    DescribeEndpoint: (call) => this.describeEndpoint(call),
    DeleteEndpoint: (call) => this.deleteEndpoint(call),
    ListEndpoints: (call) => this.list(call, "endpoint", "Endpoints", "Endpoint"),
    ListTags: (call) => this.listTags(call),
  };

  /** Names of the endpoints that aren't deleted. */
  running(): string[] {
    return this.served.map(({ name }) => name);
  }

  /** InvokeEndpoint of SageMaker Runtime. */
  invoke(call: Call): { Body: Uint8Array; ContentType: string } {
    const fields = ["EndpointName", "Body", "ContentType", "Accept", "InferenceId"];
    const input = new Input(call, fields);
    const endpoint = this.endpoint(input.text("EndpointName"), call.caller);
    if (endpoint?.answer === undefined || endpoint.status !== "InService") {
      throw new AwsError(
        "ValidationError",
        `Endpoint ${input.text("EndpointName")} of account ${call.caller.account} not found.`,
      );
    }
    const body = call.input.Body;
    const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
    return {
      Body: Buffer.from(endpoint.answer(text)),
      ContentType: input.optionalText("ContentType") ?? "application/json",
    };
  }

  private create(call: Call, kind: Kind, known: readonly string[], nameField: string) {
    const input = new Input(call, [nameField, "Tags", ...known]);
    const name = input.text(nameField);
    if (!NAME.test(name))
      throw new AwsError("ValidationException", `${nameField} ${name}: at most 63 letters, digits, hyphens`);
    if (this.find(kind, name, call.caller) !== undefined) {
      throw new AwsError(
        "ValidationException",
        `Cannot create already existing ${kind} "${arnOf(kind, name, call.caller)}".`,
      );
    }
    const made = this.newOne(call, kind, name);
    this.made.push(made);
    return { [`${PASCAL[kind]}Arn`]: made.arn };
  }

  private newOne({ input, caller }: Call, kind: Kind, name: string): Made {
    const { account, region } = caller;
    const tags = listOf(input.Tags)
      .filter(isRecord)
      .map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
    return {
      kind,
      name,
      arn: arnOf(kind, name, caller),
      account,
      region,
      created: this.around.clock.now(),
      fields: input,
      tags,
    };
  }

  private describe(call: Call, kind: Kind, nameField: string) {
    const { fields, arn, created } = this.require(kind, new Input(call, [nameField]).text(nameField), call.caller);
    const { Tags: _, ...described } = fields;
    return { ...described, [`${PASCAL[kind]}Arn`]: arn, CreationTime: created };
  }

  private remove(call: Call, kind: Kind, nameField: string) {
    const found = this.require(kind, new Input(call, [nameField]).text(nameField), call.caller);
    this.made.splice(this.made.indexOf(found), 1);
    return {};
  }

  private list(call: Call, kind: Kind, answer: string, each: string) {
    const input = new Input(call, [
      "NameContains",
      "MaxResults",
      "NextToken",
      "SortBy",
      "SortOrder",
      "CreationTimeBefore",
    ]);
    const part = input.optionalText("NameContains") ?? "";
    const all: readonly Made[] = kind === "endpoint" ? this.served : this.made;
    const mine = all.filter(
      (one) =>
        one.kind === kind &&
        one.account === call.caller.account &&
        one.region === call.caller.region &&
        one.name.includes(part),
    );
    const { page, ...next } = pageOf(mine, input);
    return {
      [answer]: page.map(({ name, arn, created, ...one }) => ({
        [`${each}Name`]: name,
        [`${each}Arn`]: arn,
        CreationTime: created,
        ...("status" in one && { EndpointStatus: one.status }),
      })),
      ...next,
    };
  }

  private createEndpoint(call: Call) {
    const input = new Input(call, ["EndpointName", "EndpointConfigName", "Tags"]);
    const name = input.text("EndpointName");
    if (!NAME.test(name)) throw new AwsError("ValidationException", `EndpointName ${name}`);
    const config = this.require("endpoint-config", input.text("EndpointConfigName"), call.caller);
    if (this.endpoint(name, call.caller) !== undefined) {
      throw new AwsError(
        "ValidationException",
        `Cannot create already existing endpoint "${arnOf("endpoint", name, call.caller)}".`,
      );
    }
    const endpoint: Served = { ...this.newOne(call, "endpoint", name), status: "Creating" };
    this.served.push(endpoint);
    this.around.trace.note(endpoint.arn, `endpoint asked for by ${call.caller.principal}`);
    const { clock } = this.around;
    const [least, most] = CREATED_AFTER;
    clock.limit(least + clock.random() * (most - least), () => this.begin(endpoint, config, call.caller));
    return { EndpointArn: endpoint.arn };
  }

  /** Loads the model as its execution role may. */
  private async begin(endpoint: Served, config: Made, caller: Caller): Promise<void> {
    if (endpoint.status !== "Creating") return;
    try {
      const [variant] = listOf(config.fields.ProductionVariants).filter(isRecord);
      const model = this.require("model", String(variant?.ModelName), caller);
      const container = isRecord(model.fields.PrimaryContainer) ? model.fields.PrimaryContainer : {};
      const server = this.serving.models.get(String(container.Image));
      if (server === undefined) throw new Error(`The image ${container.Image} does not exist`);
      const role = String(model.fields.ExecutionRoleArn);
      await this.requireContainer(role, String(container.Image), endpoint);
      const weights = await this.serving.fetch(role, caller, modelDataOf(container));
      endpoint.answer = (body) => server(body, weights);
      endpoint.status = "InService";
    } catch (error) {
      endpoint.status = "Failed";
      endpoint.failure = error instanceof Error ? error.message : String(error);
    }
    this.around.trace.note(
      endpoint.arn,
      `endpoint ${endpoint.status}${endpoint.failure ? `: ${endpoint.failure}` : ""}`,
    );
  }

  /** SageMaker pulls the image and writes the log as the model's execution role. */
  private async requireContainer(role: string, image: string, { name, arn, account, region }: Served): Promise<void> {
    const { refusal, trace } = this.around;
    const unpulled = await refusal(pullRequests(role, image));
    if (unpulled !== undefined) throw new Error(unpulled);
    const group = ownArn({ principal: role, account, region }, "logs", `log-group:/aws/sagemaker/Endpoints/${name}`);
    const unwritten = await refusal(logRequests(role, group, "group"));
    if (unwritten !== undefined) trace.note(arn, `function of the endpoint failed to write its log: ${unwritten}`);
  }

  private describeEndpoint(call: Call) {
    const name = new Input(call, ["EndpointName"]).text("EndpointName");
    const found = this.endpoint(name, call.caller) ?? missing("endpoint", name, call.caller);
    const { arn, created, fields, status, failure } = found;
    return {
      EndpointName: name,
      EndpointArn: arn,
      EndpointConfigName: fields.EndpointConfigName,
      EndpointStatus: status,
      ...(failure !== undefined && { FailureReason: failure }),
      CreationTime: created,
      LastModifiedTime: created,
    };
  }

  private deleteEndpoint(call: Call) {
    const name = new Input(call, ["EndpointName"]).text("EndpointName");
    const found = this.endpoint(name, call.caller) ?? missing("endpoint", name, call.caller);
    found.status = "Deleting";
    this.around.trace.note(found.arn, `endpoint deleted by ${call.caller.principal}`);
    this.around.clock.limit(DELETED_AFTER, () => {
      const at = this.served.indexOf(found);
      if (at >= 0) this.served.splice(at, 1);
    });
    return {};
  }

  private listTags(call: Call) {
    const arn = new Input(call, ["ResourceArn", "NextToken", "MaxResults"]).text("ResourceArn");
    const found = [...this.made, ...this.served].find((one) => one.arn === arn);
    if (found === undefined) throw new AwsError("ValidationException", `Could not find resource ${arn}`);
    return { Tags: found.tags };
  }

  private endpoint(name: string, { account, region }: Caller): Served | undefined {
    return this.served.find((one) => one.name === name && one.account === account && one.region === region);
  }

  private find(kind: Kind, name: string, { account, region }: Caller): Made | undefined {
    return this.made.find(
      (one) => one.kind === kind && one.name === name && one.account === account && one.region === region,
    );
  }

  private require(kind: Kind, name: string, caller: Caller): Made {
    return this.find(kind, name, caller) ?? missing(kind, name, caller);
  }
}

const PASCAL: Record<Kind, string> = { model: "Model", "endpoint-config": "EndpointConfig", endpoint: "Endpoint" };
const MODEL_FIELDS = ["PrimaryContainer", "ExecutionRoleArn", "EnableNetworkIsolation", "VpcConfig"];
const CONFIG_FIELDS = ["ProductionVariants", "KmsKeyId", "VpcConfig", "EnableNetworkIsolation", "ExecutionRoleArn"];

const arnOf = (kind: Kind, name: string, { principal, region, account }: Caller): string =>
  `arn:${arnParts(principal)?.partition}:sagemaker:${region}:${account}:${kind}/${name.toLowerCase()}`;

function missing(kind: Kind, name: string, caller: Caller): never {
  throw new AwsError("ValidationException", `Could not find ${kind.replace("-", " ")} "${arnOf(kind, name, caller)}".`);
}

/** One object as model data, in either form of CreateModel. */
function modelDataOf({ ModelDataUrl, ModelDataSource }: Readonly<Record<string, unknown>>): string {
  if (typeof ModelDataUrl === "string") return ModelDataUrl;
  const source =
    isRecord(ModelDataSource) && isRecord(ModelDataSource.S3DataSource) ? ModelDataSource.S3DataSource : {};
  if (source.S3DataType !== "S3Object") throw new UnknownToStandIn(`CreateModel: ModelDataSource ${source.S3DataType}`);
  return String(source.S3Uri);
}
