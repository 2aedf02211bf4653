/**
 * A condition on drops as SQL: what a compiled query hands to the statements that filter. Values
 * are never part of `sql`; they stand as `{name:Type}` and are bound from `params`.
 */
export type Condition = { sql: string; params: Record<string, unknown> };

/** Holds for every drop. */
export const ALL_DROPS: Condition = { sql: "1", params: {} };
