import { decide } from "../../src/local/access/decide";
import { FROM_ADMINISTRATORS } from "./administrators";
import {
  type Attack,
  type AttackedWorld,
  attackedWorld,
  letIn,
  requestOf,
  scpsAgainst,
  scpsOn,
  type Who,
  withoutStatements,
} from "./attack";
import { FROM_OUTSIDE } from "./outside";
import { FROM_ROLES } from "./roles";

const attacks = [FROM_OUTSIDE, FROM_ROLES, FROM_ADMINISTRATORS].flatMap((by) =>
  Object.entries(by).flatMap(([who, all]) => all.map((attack) => [who as Who, attack.to, attack] as const)),
);

describe("attacks", () => {
  let world: AttackedWorld;
  beforeAll(async () => {
    world = await attackedWorld();
  }, 300_000);

  const attacked = (who: Who, attack: Attack, within: AttackedWorld = world) =>
    decide(requestOf(within, who, attack), within.policies, { scps: scpsAgainst(who, within) });

  it("are at least thirty", () => expect(attacks.length).toBeGreaterThanOrEqual(30));

  it.each(attacks)("%s can't %s", async (who, _, attack) => {
    const { allowed, deniedBy, reason } = await attacked(who, attack);
    const sids = [...new Set(deniedBy.map(({ sid }) => sid))].sort();
    expect({ reason, allowed, sids }).toEqual({ reason, allowed: false, sids: attack.deniedBy ?? [] });
  });

  it.each(attacks)("what %s would need to %s, others may by right", async (_, __, attack) => {
    const { who, ...call } = attack.rightful;
    const request = requestOf(world, who, { ...attack, ...call });
    const { reason, allowed } = await decide(request, world.policies, { scps: scpsOn(who, world) });
    expect({ reason, allowed }).toEqual({ reason, allowed: true });
  });

  // Nothing else was in its way, such as a name that is wrong.
  it.each(attacks)("%s could %s without what denies it, and with what allows it", async (who, _, attack) => {
    const { deniedBy = [], isAllowedByNone = deniedBy.length === 0 } = attack;
    const undenied = withoutStatements(world, deniedBy);
    if (isAllowedByNone) expect(await attacked(who, attack, undenied)).toMatchObject({ allowed: false });
    const other = isAllowedByNone ? letIn(undenied, requestOf(world, who, attack)) : undenied;
    const { reason, allowed } = await attacked(who, attack, other);
    expect({ reason, allowed }).toEqual({ reason, allowed: true });
  });

  it.each(attacks.filter(([, , { deniedBy = [] }]) => deniedBy.length > 1))(
    "%s can't %s if one denial of several is gone",
    async (who, _, attack) => {
      for (const sid of attack.deniedBy ?? []) {
        expect(await attacked(who, attack, withoutStatements(world, [sid]))).toMatchObject({ allowed: false });
      }
    },
  );
});
