/**
 * Small numbers for values that come again and again, so that a series can be found by comparing
 * numbers. Numbers are never used twice. A table that a flood has filled is emptied: its values
 * get new numbers, which costs one slow look-up each and is otherwise without effect.
 */
import type { PolicyRef } from "./flow";

const MAX_VALUES = 65_536;

export type Interned<T> = { number: number; value: T };

/** Numbers for texts. */
export function createTextInterner(): (text: string) => number {
  const numbers = new Map<string, number>();
  let next = 1;
  // The same text often comes again at once.
  let lastText = "";
  let lastNumber = 0;

  function numberOf(text: string): number {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size >= MAX_VALUES) numbers.clear();
    numbers.set(text, next);
    return next++;
  }

  return (text) => {
    if (text === lastText && lastNumber !== 0) return lastNumber;
    lastText = text;
    lastNumber = numberOf(text);
    return lastNumber;
  };
}

/** Numbers for sets of texts; the value is the set without doubles, sorted. */
export function createTextSetInterner(): (texts: readonly string[]) => Interned<readonly string[]> {
  const empty: Interned<readonly string[]> = { number: 0, value: [] };
  const singles = new Map<string, Interned<readonly string[]>>();
  const sets = new Map<string, Interned<readonly string[]>>();
  let next = 1;

  function add(
    map: typeof sets,
    key: string,
    value: readonly string[],
  ): Interned<readonly string[]> {
    if (map.size >= MAX_VALUES) map.clear();
    const interned = { number: next++, value };
    map.set(key, interned);
    return interned;
  }

  return (texts) => {
    const [first] = texts;
    if (first === undefined) return empty;
    if (texts.length === 1) return singles.get(first) ?? add(singles, first, [first]);
    const distinct = [...new Set(texts)].sort();
    const key = JSON.stringify(distinct);
    return sets.get(key) ?? add(sets, key, distinct);
  };
}

/** Numbers for sets of policies; the value is the set without doubles, by kind, namespace, name. */
export function createPolicySetInterner(): (
  policies: readonly PolicyRef[],
) => Interned<readonly PolicyRef[]> {
  const empty: Interned<readonly PolicyRef[]> = { number: 0, value: [] };
  // By name and namespace without building a text: the common case is a single policy.
  let singles = new Map<string, Map<string, Interned<readonly PolicyRef[]>[]>>();
  let singleCount = 0;
  const sets = new Map<string, Interned<readonly PolicyRef[]>>();
  let next = 1;

  function single(policy: PolicyRef): Interned<readonly PolicyRef[]> {
    const byKind = singles.get(policy.name)?.get(policy.namespace);
    if (byKind !== undefined) {
      for (const known of byKind) if (known.value[0]?.kind === policy.kind) return known;
    }
    return addSingle(policy);
  }

  function addSingle(policy: PolicyRef): Interned<readonly PolicyRef[]> {
    if (singleCount >= MAX_VALUES) {
      singles = new Map();
      singleCount = 0;
    }
    singleCount += 1;
    const interned = { number: next++, value: [refOf(policy)] };
    const byNamespace =
      singles.get(policy.name) ?? new Map<string, Interned<readonly PolicyRef[]>[]>();
    const byKind = byNamespace.get(policy.namespace) ?? [];
    byKind.push(interned);
    byNamespace.set(policy.namespace, byKind);
    singles.set(policy.name, byNamespace);
    return interned;
  }

  return (policies) => {
    const [first] = policies;
    if (first === undefined) return empty;
    if (policies.length === 1) return single(first);
    const distinct = new Map(policies.map((policy) => [policyText(policy), refOf(policy)]));
    const texts = [...distinct.keys()].sort();
    const key = JSON.stringify(texts);
    const known = sets.get(key);
    if (known !== undefined) return known;
    if (sets.size >= MAX_VALUES) sets.clear();
    const interned = { number: next++, value: texts.flatMap((text) => distinct.get(text) ?? []) };
    sets.set(key, interned);
    return interned;
  };
}

/** Only what identifies a policy: its revision and uid change while it stays the same one. */
function refOf({ kind, namespace, name }: PolicyRef): PolicyRef {
  return { kind, namespace, name };
}

function policyText({ kind, namespace, name }: PolicyRef): string {
  return JSON.stringify([kind, namespace, name]);
}
