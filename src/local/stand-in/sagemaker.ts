import { Input } from "./call-input";
import { announceVersion } from "./sagemaker/events";
import type { Execution } from "./sagemaker/execution";
import { Pipelines } from "./sagemaker/pipelines";
import { describeVersion, type Version, Versions } from "./sagemaker/versions";
import { type Call, type Service, type Surroundings, UnknownToStandIn } from "./service";

/** What a story or a test may look at. */
export interface SageMakerExtras {
  versions(): readonly Version[];
  executions(): readonly Execution[];
  /** Sends a version's event again, as SageMaker may. */
  announceAgain(modelPackageArn: string): void;
}

/** SageMaker's model registry and pipelines, for the declared resources. */
export function createSageMaker(around: Surroundings): Service & SageMakerExtras {
  const versions = new Versions(around);
  const pipelines = new Pipelines(around);
  return {
    versions: () => versions.all(),
    executions: () => pipelines.executions,
    announceAgain(modelPackageArn) {
      const version = versions.all().find(({ arn }) => arn === modelPackageArn);
      if (version) announceVersion(version, [], around);
    },
    async call(call: Call): Promise<unknown> {
      switch (call.operation) {
        case "CreateModelPackage": {
          const version = versions.create(call);
          around.trace.note(
            version.arn,
            `registered as ${version.fields.ModelApprovalStatus} by ${call.caller.principal}`,
          );
          announceVersion(version, [], around);
          return { ModelPackageArn: version.arn };
        }
        case "UpdateModelPackage": {
          const { version, updated } = versions.update(call);
          around.trace.note(
            version.arn,
            `now ${version.fields.ModelApprovalStatus}: ${updated.join(", ")} set by ${call.caller.principal}`,
          );
          announceVersion(version, updated, around);
          return { ModelPackageArn: version.arn };
        }
        case "DescribeModelPackage": {
          const input = new Input(call, ["ModelPackageName", "IncludedData"]);
          input.choice("IncludedData", ["AllData", "MetadataOnly"]);
          return describeVersion(versions.find(input.text("ModelPackageName"), call.caller));
        }
        case "ListModelPackages":
          return versions.list(call);
        case "StartPipelineExecution":
          return pipelines.start(call);
        case "ListPipelineExecutions":
          return pipelines.list(call);
        default:
          throw new UnknownToStandIn(`SageMaker ${call.operation}`);
      }
    },
  };
}
