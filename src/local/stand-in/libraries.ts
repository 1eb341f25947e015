import Ajv2020, { type AnySchema, type Options } from "ajv/dist/2020";

/** Validators by options and schema: functions without a state that anyone could tell apart. */
const compiled = new Map<string, unknown>();

/** Ajv, which compiles a schema once for all processes of functions. */
class SharedAjv extends Ajv2020 {
  constructor(options: Options = {}) {
    super(options);
    const own = this.compile.bind(this);
    const once = (schema: AnySchema): unknown => {
      const name = JSON.stringify([options, schema]);
      const before = compiled.get(name) ?? own(schema);
      compiled.set(name, before);
      return before;
    };
    Object.assign(this, { compile: once });
  }
}

/** Libraries that bundles of the local run leave out, since each process would spend most of its start in them. */
export const LIBRARIES: Readonly<Record<string, unknown>> = {
  "ajv/dist/2020": { default: SharedAjv, __esModule: true },
};
