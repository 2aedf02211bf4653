/**
 * One variable of the environment: how it is read, what it is when unset, and what is said when it is
 * wrong. What several variables have in common stands here as well.
 */
import { z } from "zod";

export type Environment = Readonly<Record<string, string | undefined>>;

export type Variable = { schema: z.ZodType; fallback: unknown; allowed: string };
export type Variables = Readonly<Record<string, Variable>>;
export type ValueOf<V extends Variable> = z.output<V["schema"]> | V["fallback"];

/** Reads variables of a table; what is wrong is added to `problems`, one line each. */
export function readerOf<Table extends Variables>(
  table: Table,
  environment: Environment,
  problems: string[],
): <N extends keyof Table & string>(name: N) => ValueOf<Table[N]> {
  return (name) => {
    const { schema, fallback, allowed } = table[name] as Variable;
    const given = environment[name];
    if (given === undefined || given === "") return fallback as ValueOf<Table[typeof name]>;
    const result = schema.safeParse(given);
    if (result.success) return result.data as ValueOf<Table[typeof name]>;
    // Somebody may have put a password into an address.
    const shown = JSON.stringify(given.replace(/^.*@/s, "…@"));
    problems.push(`${name} is ${shown}: it must be ${allowed}.`);
    return fallback as ValueOf<Table[typeof name]>;
  };
}

export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

export const flag = z
  .enum(["true", "false", "1", "0"])
  .transform((value) => value === "true" || value === "1");

export const list = (text: string) => text.split(/[\s,]+/).filter((part) => part !== "");
