import { accessDocument } from "../src/local/access/access-document";
import { sampleOrganization } from "../src/local/access/organization";
import { type SampleAccess, sampleAccess } from "../src/local/access/sample-access";

/** File of the table, from the root. */
export const ACCESS_TABLE = "docs/access.md";

/** The table: all that IAM allows in the sample world, and why. Takes some ten seconds. */
export const accessTable = async (access?: SampleAccess): Promise<string> => {
  const sample = access ?? (await sampleAccess());
  return accessDocument(sample, sampleOrganization(sample.program));
};
