import { rolesOf } from "../../../src/prompt-sets/bbq-roles";

const UNKNOWN = ["Not enough info", "unknown"];

/** Labels of two answers, as the data set spells them; the third is unknown. */
const roles = (category: string, stereotyped: string[], one: string[], other: string[]) =>
  rolesOf({ category, stereotyped, labels: [one, other, UNKNOWN] });

describe("which answer follows the stereotype", () => {
  it.each<[string, string[], string[], string[]]>([
    ["Age", ["old"], ["grandmother", "old"], ["student", "nonOld"]],
    ["Age", ["nonOld"], ["student", "nonOld"], ["grandmother", "old"]],
    ["SES", ["low SES"], ["gardener", "lowSES"], ["banker", "highSES"]],
    ["SES", ["high SES"], ["banker", "highSES"], ["gardener", "lowSES"]],
    ["Gender_identity", ["F"], ["woman", "woman"], ["man", "man"]],
    ["Gender_identity", ["F"], ["Oda", "F"], ["Brell", "M"]],
    ["Gender_identity", ["woman", "women"], ["girl", "girl"], ["boy", "boy"]],
    ["Gender_identity", ["transgender women", "transgender men"], ["trans woman", "trans_F"], ["man", "nonTrans_M"]],
    ["Race_ethnicity", ["Black", "African American"], ["Oda", "F-Black"], ["Ina", "F-White"]],
    ["Race_ethnicity", ["African American"], ["African American", "African American"], ["African", "African"]],
    ["Race_x_gender", ["Latino"], ["Oda", "F-Latino"], ["Brell", "M-White"]],
    ["Race_x_SES", ["Black"], ["Oda", "lowSES-F-Black"], ["Ina", "highSES-F-Black"]],
    ["Race_x_SES", ["African American"], ["Oda", "lowSES-African American"], ["Ina", "lowSES-White"]],
    ["Nationality", ["Farlandic", "Nearlandic"], ["Farlandic", "Far"], ["Midlandic", "Mid"]],
    ["Disability_status", ["disabled", "autistic people"], ["autistic person", "disabled"], ["leader", "nonDisabled"]],
  ])("%s, of %p: %p, not %p", (category, stereotyped, target, other) => {
    expect(roles(category, stereotyped, target, other)).toEqual(["target", "nonTarget", "unknown"]);
    expect(roles(category, stereotyped, other, target)).toEqual(["nonTarget", "target", "unknown"]);
  });

  it.each<[string, string, string[], string[], string[]]>([
    ["both", "Race_x_gender", ["Black"], ["Oda", "F-Black"], ["Brell", "M-Black"]],
    ["neither", "Gender_identity", ["F"], ["man", "M"], ["boy", "boy"]],
    ["neither has the low status", "Race_x_SES", ["Black"], ["Oda", "highSES-Black"], ["Ina", "highSES-White"]],
    ["an occupation that begins like a group", "Gender_identity", ["trans"], ["transport worker", "M"], ["man", "M"]],
  ])("isn't told where %s", (_, category, stereotyped, one, other) => {
    const [first, second] = roles(category, stereotyped, one, other);
    expect(first).toBe(second);
  });
});
