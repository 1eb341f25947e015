import { arnOf, FIRST_VERSION } from "./aws-outputs";
import { isRecord, nameOf, number, optionalText, record, text } from "./inputs";
import type { Files } from "./process-files";
import { type DeclaredResource, UnknownToStandIn } from "./service";

/** Images by URI: texts of their files by absolute path. */
export type Images = ReadonlyMap<string, Files>;

/** A function as its resource declares it. */
export interface DeployedFunction {
  resource: DeclaredResource;
  arn: string;
  name: string;
  /** `$LATEST`, or the number of what was published. */
  version: string;
  role: string;
  /** Like `index.handler`. */
  handler: string;
  files: Files;
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  /** How many may run at once; undefined where nothing is reserved. */
  reservedConcurrency: number | undefined;
}

/** Names that Lambda sets itself and refuses in a function's configuration. */
const RESERVED = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
];
/** All variables together, in bytes. */
const LARGEST_ENVIRONMENT = 4096;
const RUNTIMES = ["nodejs22.x", "nodejs24.x"];
/** Where an image keeps the function's files. */
const IMAGE_ROOT = "/var/task/";
const IMAGE_HANDLER = "index.handler";

/** @throws Error where Lambda would refuse the function, naming resource and input */
export function deployedFunction(resource: DeclaredResource, images: Images): DeployedFunction {
  const name = text(resource, "name");
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new Error(`${nameOf(resource)}: name ${name}: 1 to 64 letters, digits, - and _`);
  return {
    ...{ resource, name, arn: arnOf(resource), version: "$LATEST", role: text(resource, "role") },
    ...(optionalText(resource, "packageType") === "Image" ? fromImage(resource, images) : fromZip(resource)),
    environment: { ...environmentOf(resource), ...ownVariables(resource, name) },
    timeoutSeconds: number(resource, "timeout", 3, [1, 900]),
    reservedConcurrency:
      resource.inputs.reservedConcurrentExecutions === undefined
        ? undefined
        : number(resource, "reservedConcurrentExecutions", 0, [0, 1000]),
  };
}

/** The version that a function's publishing makes; undefined where it isn't published. */
export function publishedVersion(deployed: DeployedFunction): DeployedFunction | undefined {
  if (deployed.resource.inputs.publish !== true) return undefined;
  const environment = { ...deployed.environment, AWS_LAMBDA_FUNCTION_VERSION: FIRST_VERSION };
  return { ...deployed, version: FIRST_VERSION, environment };
}

/** ARN that invokes exactly that version. */
export const invokedArn = ({ arn, version }: DeployedFunction): string =>
  version === "$LATEST" ? arn : `${arn}:${version}`;

function fromZip(resource: DeclaredResource) {
  const runtime = text(resource, "runtime");
  if (!RUNTIMES.includes(runtime)) throw new UnknownToStandIn(`${nameOf(resource)}: runtime ${runtime}`);
  const { files } = record(resource, "code");
  if (!isRecord(files)) throw new Error(`${nameOf(resource)}: code has no files`);
  const texts = filesOnce(files, () => Object.entries(files).map(([path, content]) => [path, String(content)]));
  return { files: texts, handler: checkedHandler(resource, text(resource, "handler"), texts) };
}

function fromImage(resource: DeclaredResource, images: Images) {
  const uri = text(resource, "imageUri");
  const image = images.get(uri);
  if (image === undefined) throw new Error(`${nameOf(resource)}: image ${uri} doesn't exist`);
  const files = filesOnce(image, () =>
    [...image]
      .filter(([path]) => path.startsWith(IMAGE_ROOT))
      .map(([path, content]) => [path.slice(IMAGE_ROOT.length), content]),
  );
  // The image's command says so; the stand-in has the files alone.
  return { files, handler: checkedHandler(resource, IMAGE_HANDLER, files) };
}

const known = new WeakMap<object, Files>();

/** The same map for the same code, however many worlds it is deployed in: it is written and compiled once. */
function filesOnce(code: object, entries: () => (readonly [string, string])[]): Files {
  const files = known.get(code) ?? new Map(entries());
  known.set(code, files);
  return files;
}

function checkedHandler(resource: DeclaredResource, handler: string, files: Files): string {
  const [file = ""] = handler.split(".");
  if (!/^[\w-]+\.\w+$/.test(handler) || !files.has(`${file}.js`)) {
    throw new Error(
      `${nameOf(resource)}: handler ${handler} names no file of its code, which has ${[...files.keys()].join(", ")}`,
    );
  }
  return handler;
}

function environmentOf(resource: DeclaredResource): Record<string, string> {
  const declared = resource.inputs.environment === undefined ? {} : record(resource, "environment");
  const variables = isRecord(declared.variables) ? declared.variables : {};
  const texts = Object.entries(variables).map(([name, value]) => [name, String(value)] as const);
  const wrong = texts.filter(([name]) => RESERVED.includes(name) || !/^[A-Za-z][A-Za-z0-9_]+$/.test(name));
  if (wrong.length > 0)
    throw new Error(`${nameOf(resource)}: Lambda refuses the variable ${wrong.map(([name]) => name).join(", ")}`);
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(texts)));
  if (bytes > LARGEST_ENVIRONMENT) {
    throw new Error(
      `${nameOf(resource)}: its environment has ${bytes} bytes, at most ${LARGEST_ENVIRONMENT} are allowed`,
    );
  }
  return Object.fromEntries(texts);
}

const ownVariables = (resource: DeclaredResource, name: string): Record<string, string> => ({
  AWS_REGION: resource.region,
  AWS_DEFAULT_REGION: resource.region,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.inputs.memorySize ?? 128),
  AWS_EXECUTION_ENV: `AWS_Lambda_${String(resource.inputs.runtime ?? "Image")}`,
  TZ: ":UTC",
});
