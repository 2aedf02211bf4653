/** What the documents say about the code, read from both. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FIELDS } from "@/lib/query/fields";
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
  [...new Set(text.match(/\b(DROPLENS|HUBBLE)_[A-Z_]*[A-Z]\b(?!…)/g))].sort();

const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => ending.test(name))
    .sort();

const DOCUMENTS = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  ...["bench/README.md", "deploy/README.md", ...filesIn("docs", /\.md$/)],
];

const READERS = [
  ...["lib/config.ts", ...filesIn("lib/config", /(?<!\.test)\.ts$/)],
  ...["bin/droplens.mjs", "lib/hubble/relay-env.ts"],
];
const inCode = variablesOf(READERS.map(read).join("\n"));

describe("the README", () => {
  const inReadme = variablesOf(read("README.md"));

  it("has every variable that is read", () => {
    const wanted = inCode.filter((name) => ![...FROM_OPTIONS, ...PREFIXES].includes(name));
    expect(inReadme).toEqual(expect.arrayContaining(wanted));
  });

  it("has every document of docs/", () => {
    const text = read("README.md");
    expect(filesIn("docs", /\.md$/).filter((name) => !text.includes(`(${name}`))).toEqual([]);
  });
});

describe("variables that are named", () => {
  /** A shipper's own, in the examples for shippers. */
  const OTHERS = ["DROPLENS_TOKEN"];

  it.each([...DOCUMENTS, "Dockerfile", ...filesIn("deploy", /\.yaml$/)])(
    "in %s are read",
    (name) => {
      const named = variablesOf(read(name)).filter((one) => !OTHERS.includes(one));
      expect(named.filter((one) => !inCode.includes(one))).toEqual([]);
    },
  );
});

describe("ARCHITECTURE.md", () => {
  /** Rooms of a row, and what it says they may import. */
  const rows = [...read("ARCHITECTURE.md").matchAll(/^\| (`.*?) \|.*\| ([^|]+) \|$/gm)].map(
    ([, names = "", imports = ""]) => ({
      rooms: [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) =>
        name.replace(/\.ts$|\/$/, ""),
      ),
      imports,
    }),
  );

  it("has a row for every room, and each room is there", () => {
    const told = rows.flatMap(({ rooms }) => rooms);
    expect(told).toEqual(expect.arrayContaining(Object.keys(ROOMS)));
    const isThere = (room: string) =>
      existsSync(`${root}${room}`) || existsSync(`${root}${room}.ts`);
    expect(told.filter((room) => !isThere(room))).toEqual([]);
  });

  it("says of each what the check of the layers lets it import", () => {
    const LISTED = /^[a-z]+(, [a-z]+)*$/;
    const listed = rows.filter(({ rooms, imports }) => rooms.length === 1 && LISTED.test(imports));
    expect(listed.length).toBeGreaterThan(8);
    for (const { rooms, imports } of listed) {
      const [room = ""] = rooms;
      const allowed = ROOMS[room]?.imports.filter((one) => !one.startsWith("app/"));
      const short = allowed?.map((one) => one.replace("lib/", ""));
      expect(imports.split(", ").sort(), room).toEqual([...(short ?? [])].sort());
    }
  });
});

describe("docs/api.md", () => {
  it("has every route with its methods, and no other", () => {
    const told = [...read("docs/api.md").matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(
      ([, cell = ""]) => {
        const path = /(\/[^`]*)`$/.exec(cell)?.[1];
        if (path === undefined) return [];
        return (cell.match(/\b[A-Z]{3,}\b/g) ?? []).map((method) => `${method} ${path}`);
      },
    );
    const routes = filesIn("app", /\/route\.ts$/).flatMap((file) => {
      const path = file.replace(/^app|\/route\.ts$/g, "").replace(/\[(\w+)\]/g, ":$1");
      const methods = read(file).matchAll(
        /^export (?:const|(?:async )?function) (GET|POST|PATCH|PUT|DELETE)\b/gm,
      );
      return [...methods].map(([, method]) => `${method} ${path}`);
    });
    expect(told.sort()).toEqual(routes.sort());
  });
});

describe("docs/query.md", () => {
  it.each(FIELDS)(
    "says of $name what the search bar says",
    ({ name, help, examples, none = "" }) => {
      const row = read("docs/query.md")
        .split("\n")
        .find((line) => line.startsWith(`| \`${name}\``));
      expect(row).toContain(`| ${help} |`);
      expect(examples.some((example) => row?.includes(`\`${example}\``))).toBe(true);
      expect(row?.endsWith(`| ${none} |`)).toBe(true);
    },
  );
});

describe("docs/sources.md", () => {
  it("has every metric", () => {
    const text = read("docs/sources.md");
    const code = read("lib/live/metrics.ts");
    const families = code.matchAll(/"(?:counter|gauge)",\s+"([a-z0-9_]+)"/g);
    const names = [...families].map(([, name = ""]) =>
      /^(process|droplens)_/.test(name) ? name : `droplens_${name}`,
    );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("the documents", () => {
  /** As GitHub makes it of a heading. */
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
  const anchorsIn = (name: string) =>
    [...read(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

  it.each(DOCUMENTS)("%s links only to what is there", (name) => {
    const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
    const broken = [...read(name).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, path = "", anchor]) => {
        const target = path === "" ? name : `${folder}${path}`;
        if (!existsSync(`${root}${target}`)) return true;
        return anchor !== undefined && !anchorsIn(target).includes(anchor);
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});
