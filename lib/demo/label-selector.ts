/**
 * Kubernetes label selectors over Cilium's labels: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`,
 * `!a`, joined by commas. A key may name the source of the label (`k8s:app`); without one any does.
 */
import { FilterError } from "./filter-error";

type Requirement = { source: string; key: string; holds(values: readonly string[]): boolean };

const REQUIREMENT =
  /^(!?)([-\w./:]+)(?:\s*(==|=|!=)\s*([-\w.]*)|\s+(in|notin)\s*\(([-\w.,\s]*)\))?$/;

export function compileSelector(text: string): (labels: readonly string[]) => boolean {
  const requirements = splitOutsideParens(text).map((part) => parseRequirement(part.trim(), text));
  return (labels) =>
    requirements.every((requirement) => requirement.holds(valuesOf(labels, requirement)));
}

function parseRequirement(part: string, whole: string): Requirement {
  const match = REQUIREMENT.exec(part);
  if (!match) throw new FilterError(`invalid label selector: ${whole}`);
  const [, not, key = "", operator, value = "", set, list = ""] = match;
  if (not && (operator || set)) throw new FilterError(`invalid label selector: ${whole}`);
  return {
    ...splitSource(key),
    holds: conditionOf(not === "!", operator ?? set ?? "", value, list),
  };
}

function conditionOf(
  not: boolean,
  operator: string,
  value: string,
  list: string,
): Requirement["holds"] {
  const wanted = list.split(",").map((item) => item.trim());
  switch (operator) {
    case "=":
    case "==":
      return (values) => values.includes(value);
    case "!=":
      return (values) => !values.includes(value);
    case "in":
      return (values) => values.some((one) => wanted.includes(one));
    case "notin":
      return (values) => !values.some((one) => wanted.includes(one));
    default:
      return (values) => values.length > 0 !== not;
  }
}

function valuesOf(labels: readonly string[], { source, key }: Requirement): string[] {
  const values: string[] = [];
  for (const label of labels) {
    const [name = "", ...rest] = label.split("=");
    const split = splitSource(name);
    if (split.key === key && (source === "" || source === "any" || split.source === source)) {
      values.push(rest.join("="));
    }
  }
  return values;
}

function splitSource(key: string): { source: string; key: string } {
  const colon = key.indexOf(":");
  return { source: key.slice(0, Math.max(0, colon)), key: key.slice(colon + 1) };
}

function splitOutsideParens(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}
