import { declaredStack } from "../../support/declared-stack";
import { governance } from "../../support/policies";

it("owners are reminded of their groups alone, by one subscription an address", async () => {
  const [credit, fraud] = ["credit-risk", "payment-fraud"];
  const config = governance({ notifyEmails: ["oncall@example.com"] });
  const subscriptions = async (...owners: string[]) => {
    const declared = await declaredStack({
      ...config,
      groups: config.groups.map((group, at) => ({ ...group, owner: owners[at] ?? "" })),
    });
    return declared.resources
      .filter(({ type }) => type === "TopicSubscription")
      .map(({ inputs: { endpoint, filterPolicy } }) => [endpoint, filterPolicy && JSON.parse(String(filterPolicy))]);
  };
  const all = ["oncall@example.com", undefined];
  expect(await subscriptions("ann@example.com", "bob@example.com")).toEqual([
    all,
    ["ann@example.com", { ownedGroup: [credit] }],
    ["bob@example.com", { ownedGroup: [fraud] }],
  ]);
  expect(await subscriptions("ann@example.com", "ann@example.com")).toEqual([
    all,
    ["ann@example.com", { ownedGroup: [credit, fraud] }],
  ]);
  // Who gets all notices gets these too.
  expect(await subscriptions("oncall@example.com", "oncall@example.com")).toEqual([all]);
}, 60_000);
