import { type Allowed, allowedOf } from "../../src/local/access/matrix";
import { type SampleAccess, sampleAccess } from "../../src/local/access/sample-access";

const shown = ({ action, target, by, unless }: Allowed): string =>
  `${action} on ${target.arn} by ${by.map(({ sid }) => sid).join(", ")} unless ${unless.join(", ")}`;

describe("every principal, every action of the services in use, every resource", () => {
  let access: SampleAccess;
  beforeAll(async () => {
    access = await sampleAccess();
  }, 300_000);

  it("what is skipped because no statement allows it by action and resource, isn't allowed", async () => {
    const { policies, pairs } = access;
    expect(pairs.length).toBeGreaterThan(4_000);
    for (const principal of policies.principals.keys()) {
      const some = await allowedOf(principal, pairs, policies);
      const all = await allowedOf(principal, pairs, policies, { every: true });
      expect({ principal, allowed: all.map(shown) }).toEqual({ principal, allowed: some.map(shown) });
    }
  }, 1_800_000);
});
