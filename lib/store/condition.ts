/**
 * A condition on drops as SQL: what a compiled query hands to the statements that filter. Values
 * are never part of `sql`; they stand as `{name:Type}` and are bound from `params`.
 */
export type Condition = { sql: string; params: Record<string, unknown> };

/** Holds for every drop. */
export const ALL_DROPS: Condition = { sql: "1", params: {} };

/** Holds where both hold. Their values must not have the same names. */
export function both(one: Condition, other: Condition): Condition {
  if (one === ALL_DROPS || other === ALL_DROPS) return one === ALL_DROPS ? other : one;
  const params = { ...one.params, ...other.params };
  return { sql: `(${one.sql}) AND (${other.sql})`, params };
}
