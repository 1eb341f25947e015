import { createS3 } from "./s3";
import { createSageMaker } from "./sagemaker";
import type { DeclaredResource } from "./service";
import { assembleWorld, type World, type WorldOptions } from "./world";

/** A world with S3 and SageMaker as the stand-in has them. */
export type LocalWorld = World<ReturnType<typeof createS3>, ReturnType<typeof createSageMaker>>;

/** As `assembleWorld`, with all services. */
export const createWorld = (resources: readonly DeclaredResource[], options: WorldOptions): LocalWorld =>
  assembleWorld(resources, options, { s3: createS3, sageMaker: createSageMaker });
