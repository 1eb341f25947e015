import Ajv2020, { type AnySchema, type Options } from "ajv/dist/2020";

/** Validators by options and schema: functions without a state that anyone could tell apart. */
const compiled = new Map<string, unknown>();

/** As much of Ajv as processes use; it compiles a schema once for all of them. */
class SharedAjv {
  constructor(private readonly options: Options = {}) {}

  compile(schema: AnySchema): unknown {
    const name = JSON.stringify([this.options, schema]);
    const validate = compiled.get(name) ?? new Ajv2020(this.options).compile(schema);
    compiled.set(name, validate);
    return validate;
  }
}

/** Libraries that bundles of the local run leave out, since each process would spend most of its start in them. */
export const LIBRARIES: Readonly<Record<string, unknown>> = {
  "ajv/dist/2020": { default: SharedAjv, __esModule: true },
};
