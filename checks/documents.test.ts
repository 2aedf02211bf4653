/** What the documents say about the code, read from both. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ROOMS } from "./layers";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, "utf8");

/** Set by the launcher from its options, which the README describes instead. */
const FROM_OPTIONS = [
  "DROPLENS_DEMO",
  "DROPLENS_DEMO_REPLAY",
  "DROPLENS_DEMO_SPEED",
  "DROPLENS_DEMO_FROM_NOW",
];

/** Names of Kubernetes' own making, which `lib/config.ts` passes over. */
const PREFIXES = ["DROPLENS_PORT", "DROPLENS_SERVICE"];

const variablesOf = (text: string): string[] =>
  [...new Set(text.match(/\bDROPLENS_[A-Z_]*[A-Z]\b/g))].sort();

describe("the README", () => {
  const inCode = variablesOf(read("lib/config.ts") + read("bin/droplens.mjs"));
  const inReadme = variablesOf(read("README.md"));

  it("has every variable that is read", () => {
    expect(inReadme).toEqual(
      expect.arrayContaining(without(inCode, [...FROM_OPTIONS, ...PREFIXES])),
    );
  });

  it("has no variable that is not read", () => {
    expect(inCode).toEqual(expect.arrayContaining(inReadme));
  });
});

function without(names: readonly string[], left: readonly string[]): string[] {
  return names.filter((name) => !left.includes(name));
}

describe("ARCHITECTURE.md", () => {
  it("has a row for every room", () => {
    const text = read("ARCHITECTURE.md");
    const missing = Object.keys(ROOMS).filter(
      (room) => !new RegExp(`^\\|.*\`${room}(\\.ts|/)?\``, "m").test(text),
    );
    expect(missing).toEqual([]);
  });
});

describe("the documents", () => {
  it.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/README.md"])(
    "%s links only to documents that are there",
    (name) => {
      const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
      const links = [...read(name).matchAll(/\[[^\]]*\]\((?!https?:|#)([^)#\s]+)/g)].map(
        ([, link]) => `${folder}${link}`,
      );
      expect(links.filter((link) => !existsSync(`${root}${link}`))).toEqual([]);
    },
  );
});
