import { ObjectLockRetentionMode } from "@aws-sdk/client-s3";
import { RETENTION_MODES } from "../../../src/contract/retention";

it("modes of retention are S3's", () => {
  expect([...RETENTION_MODES].sort()).toEqual(Object.values(ObjectLockRetentionMode).sort());
});
