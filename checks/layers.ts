/**
 * Which room may import which: the table of ARCHITECTURE.md ("Rooms"), and the function that
 * finds imports against it. `lint-layers.ts` runs it over the tree.
 *
 * Our own and not Biome's `noRestrictedImports`, because that does not see `require`,
 * `import("…").Type` or where a relative path leads, and needs the table twice (code and tests).
 */

/** `packages`: `"any"`, or all that the room may import from npm and Node. */
type Room = { imports: readonly string[]; packages: "any" | readonly string[] };

export type Violation = { file: string; line: number; specifier: string; rule: string };

const ANYTHING: Room = { imports: ["*"], packages: "any" };

/** Libraries that are pure themselves and so may be used where nothing may touch the world. */
const PURE = ["zod", "ipaddr.js", "yaml"];

/** The longest matching path is a file's room. A room may always import itself. */
export const ROOMS: Readonly<Record<string, Room>> = {
  "lib/errors": { imports: [], packages: PURE },
  "lib/turns": { imports: [], packages: PURE },
  "lib/config": { imports: ["lib/errors"], packages: "any" },
  "lib/drops": { imports: [], packages: PURE },
  "lib/query": { imports: ["lib/drops"], packages: PURE },
  "lib/expectations": { imports: ["lib/drops", "lib/query"], packages: PURE },
  "lib/graph": { imports: ["lib/drops"], packages: PURE },
  "lib/hubble": { imports: ["lib/drops", "lib/errors"], packages: "any" },
  "lib/store": {
    imports: ["lib/drops", "lib/query", "lib/expectations", "lib/errors", "lib/turns"],
    packages: "any",
  },
  "lib/live": { imports: ["lib"], packages: "any" },
  "lib/auth": { imports: ["lib/config", "lib/errors"], packages: "any" },
  "lib/http": { imports: ["lib/errors"], packages: "any" },
  "lib/faults": { imports: ["lib"], packages: "any" },
  "lib/demo": { imports: ["lib/hubble", "lib/drops", "lib/errors"], packages: "any" },
  components: {
    imports: ["lib/drops", "lib/query", "lib/expectations", "lib/graph"],
    packages: [...PURE, "react", "react-dom", "next", "recharts", "@tanstack/*"],
  },
  app: {
    imports: [
      ...["components", "lib/live", "lib/http", "lib/auth", "lib/query", "lib/drops"],
      ...["lib/expectations", "lib/errors", "lib/config", "app/api/answer"],
    ],
    packages: "any",
  },
  "app/api": {
    imports: [
      ...["lib/live", "lib/http", "lib/auth", "lib/query", "lib/drops", "lib/expectations"],
      ...["lib/graph", "lib/errors", "lib/config"],
    ],
    packages: "any",
  },
  bench: ANYTHING,
  bin: ANYTHING,
  checks: ANYTHING,
  deploy: ANYTHING,
  e2e: ANYTHING,
};

/** Packages that have one home, so that replacing one touches one room. Tests are free. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  "@grpc/*": ["lib/hubble", "lib/demo"],
  "@bufbuild/*": ["lib/hubble", "lib/demo"],
  "@clickhouse/*": ["lib/store"],
  chdb: ["lib/store"],
  recharts: ["components"],
  react: ["components", "app"],
  "react-dom": ["components", "app"],
  "@tanstack/*": ["components", "app"],
};

/** Builders of samples: for tests, benchmarks and each other, never for code that ships. */
const TEST_ONLY = [
  "components/expectations/sample-row",
  "lib/drops/sample-flow",
  "lib/drops/sample-report",
  "lib/faults",
  "lib/expectations/arbitraries",
  "lib/expectations/sample-expectation",
  "lib/expectations/sample-set",
  "lib/live/sample-expecting",
  "lib/live/sample-runtime",
  "lib/query/arbitraries",
];
/** What a test may import on top of its room's row. */
const TEST_IMPORTS = [...TEST_ONLY, "lib/hubble", "lib/demo"];

/** Imports of one file that its room does not allow. `file` is relative to the root, with `/`. */
export function findViolations(file: string, source: string): Violation[] {
  const violations: Violation[] = [];
  for (const { specifier, line } of importsOf(source)) {
    const rule = brokenRule(file, specifier);
    if (rule !== null) violations.push({ file, line, specifier, rule });
  }
  return violations;
}

function brokenRule(file: string, specifier: string): string | null {
  const room = roomOf(file);
  // Files at the top (instrumentation, proxy, configuration) wire the rest.
  if (room === null) return null;
  if (specifier.startsWith(".") || specifier.startsWith("@/")) {
    return brokenModuleRule(file, room, specifier);
  }
  return isTest(file) || isIn(file, TEST_ONLY) ? null : brokenPackageRule(room, specifier);
}

function brokenModuleRule(file: string, room: string, specifier: string): string | null {
  const { imports } = ROOMS[room] ?? ANYTHING;
  if (imports.includes("*")) return null;
  if (specifier.startsWith("../")) return "across folders, import through @/";
  const target = resolve(file, specifier);
  if (!isTest(file) && isIn(target, TEST_ONLY) && !isIn(file, TEST_ONLY)) {
    return `${target} is for tests only`;
  }
  const allowed = [...imports, ...(isTest(file) ? TEST_IMPORTS : [])];
  const targetRoom = roomOf(target);
  if (targetRoom === room || isIn(target, allowed)) return null;
  return `${room} may import only ${imports.length === 0 ? "itself" : imports.join(", ")}`;
}

function brokenPackageRule(room: string, specifier: string): string | null {
  const { packages } = ROOMS[room] ?? ANYTHING;
  if (packages !== "any" && !packages.some((name) => isPackage(specifier, name))) {
    return `${room} may import only these packages: ${packages.join(", ")}`;
  }
  for (const [name, homes] of Object.entries(HOMES)) {
    if (!isPackage(specifier, name)) continue;
    const free = (ROOMS[room] ?? ANYTHING).imports.includes("*");
    if (!free && !homes.includes(room)) return `${name} belongs to ${homes.join(", ")}`;
  }
  return null;
}

/** The room that holds a file or module, or null for files at the top. */
function roomOf(path: string): string | null {
  const holding = Object.keys(ROOMS).filter((room) => isIn(path, [room]));
  return holding.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Whether a file or module is one of the places or lies in one. */
function isIn(path: string, places: readonly string[]): boolean {
  return places.some(
    (place) => path === place || path.startsWith(`${place}/`) || path.startsWith(`${place}.`),
  );
}

function isPackage(specifier: string, name: string): boolean {
  if (name.endsWith("/*")) return specifier.startsWith(name.slice(0, -1));
  return specifier === name || specifier.startsWith(`${name}/`);
}

function isTest(file: string): boolean {
  return /\.(test|contract)\.tsx?$/.test(file);
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  const folder = file.slice(0, file.lastIndexOf("/"));
  return `${folder}/${specifier.replace(/^\.\//, "")}`;
}

const COMMENT = String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`;
const STRING = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\`(?:\\[\s\S]|[^\`\\])*\``;
const TOKEN = new RegExp(`${COMMENT}|${STRING}`, "g");
const IMPORT = /(?:\bfrom|\bimport|\b(?:import|require|vi\.mock)\s*\()\s*"(\d+)"/g;

/** Every module a source names, with its line (from 1): static, dynamic, type, require, export. */
function importsOf(source: string): { specifier: string; line: number }[] {
  // Strings become their numbers first, so that no text inside one reads like an import.
  const strings: { text: string; line: number }[] = [];
  const code = source.replace(TOKEN, (token, offset: number) => {
    if (token.startsWith("/")) return " ";
    const line = source.slice(0, offset).split("\n").length;
    return `"${strings.push({ text: token.slice(1, -1), line }) - 1}"`;
  });
  return [...code.matchAll(IMPORT)].flatMap((match) => {
    const string = strings[Number(match[1])];
    return string === undefined ? [] : [{ specifier: string.text, line: string.line }];
  });
}
