/**
 * Whatever a value holds, it stays a value: the copied command, run by a real shell with `hubble`
 * replaced by a program that prints its arguments, yields exactly the meant ones; the YAML, read by
 * a YAML reader, holds exactly the meant texts.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { arbitraryQuery } from "@/lib/query/arbitraries";
import { termOf } from "@/lib/query/edit";
import { type FieldName, PLAIN_FIELDS, type Query, SIDE_FIELDS } from "@/lib/query/query";
import { toExporter } from "./exporter";
import { readHubble } from "./from-hubble";
import { quoteCommand, splitCommand } from "./shell";
import { toHubble } from "./to-hubble";

const HOSTILE = [
  "$(touch /tmp/owned)",
  "`id`",
  "'; rm -rf / #",
  '"; reboot; "',
  "a b",
  "a\nb",
  "a\r\nb",
  "tab\there",
  "!!",
  "!history",
  "$HOME",
  "$" + "{IFS}",
  "\\",
  "\\'",
  "'",
  "''",
  '"',
  "-rf",
  "--server=evil:4245",
  "--not",
  "*",
  "?",
  "[a-z]",
  "~root",
  "=cmd",
  "{a,b}",
  "a|b",
  "a&b",
  "a;b",
  "a>b",
  "# no comment",
  "",
  "\u202eevil",
  "\u2028",
  "\u0007bell\u001b[2J",
  "Ünï 😀",
  "%s%n",
  "') || true || ('",
  "' in _flow.policy_log || 'x' == 'x",
  "x\\' || true || \\'",
  "key: value",
  "- item",
  "yes",
  "NO",
  "null",
  "1e3",
  "0x10",
  "&anchor",
  "*alias",
  "!!python/object",
  "a: {b: c}",
  "|",
  ">",
  "\u0085next",
  "\ufeffbom",
  "---",
  "...",
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hubble-"));
  const script = join(folder, "hubble");
  writeFileSync(script, "#!/bin/sh\nprintf '%s\\0' hubble \"$@\"\nprintf '\\n\\0'\n");
  chmodSync(script, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Those of them that this machine has; the first is there wherever the tests run. */
const SHELLS = ["/bin/sh", "/bin/bash", "/bin/zsh"].filter((path) => existsSync(path));

/** More in one script than this is too long for an argument. */
const MOST_AT_ONCE = 200;

/** The arguments that `hubble` was given, for each command, as a real shell sees them. */
function run(commands: readonly string[], shell = "/bin/sh"): string[][] {
  const seen: string[][] = [];
  for (let at = 0; at < commands.length; at += MOST_AT_ONCE) {
    const script = commands.slice(at, at + MOST_AT_ONCE).join("\n");
    const output = execFileSync(shell, ["-c", script], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
      maxBuffer: 64 * 1024 * 1024,
    });
    const runs = output.split("\0\n\0").slice(0, -1);
    seen.push(...runs.map((words) => words.split("\0")));
  }
  return seen;
}

/** Every field there is; values that a field would not take reach it only from within. */
const FIELDS: readonly FieldName[] = [
  ...PLAIN_FIELDS,
  ...SIDE_FIELDS.flatMap((field) => [field, `src.${field}` as const, `dst.${field}` as const]),
];

/** Some in one term, so that there are fewer commands to run. */
const HOSTILE_SETS: readonly string[][] = Array.from({ length: 8 }, (_, set) =>
  HOSTILE.filter((text, at) => text !== "" && at % 8 === set),
);

const hostileQueries: Query[] = FIELDS.flatMap((field) =>
  HOSTILE_SETS.flatMap((texts) => [
    { terms: [termOf(field, texts)] },
    { terms: [termOf(field, texts, true)] },
  ]),
);

describe("the copied command", () => {
  it.each(SHELLS)("yields exactly its words, whatever they hold: %s", (shell) => {
    const words = HOSTILE.map((text) => ["hubble", "observe", text, `--pod=${text}`, text]);
    expect(run(words.map(quoteCommand), shell)).toEqual(words);
  });

  it.each(SHELLS)(
    "yields exactly its words for every field with every hostile value: %s",
    (shell) => {
      const range = { since: "$(reboot)", until: "'; reboot #" };
      const made = hostileQueries.map((query) => toHubble(query, range));
      expect(
        run(
          made.map(({ commandText }) => commandText),
          shell,
        ),
      ).toEqual(made.map(({ command }) => [...command]));
    },
    30_000,
  );

  it("yields exactly its words for any query", () => {
    fc.assert(
      fc.property(fc.array(arbitraryQuery, { minLength: 100, maxLength: 100 }), (queries) => {
        const made = queries.map((query) => toHubble(query));
        expect(run(made.map(({ commandText }) => commandText))).toEqual(
          made.map(({ command }) => [...command]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("is one line without anything unseen, so that what is pasted is what is seen", () => {
    for (const query of hostileQueries) {
      expect(toHubble(query).commandText).not.toMatch(/\p{C}|[\u2028\u2029]/u);
    }
  });

  it("gives a value that looks like a flag as that flag's value", () => {
    const query: Query = { terms: [termOf("src.ns", ["--server=evil"])] };
    expect(toHubble(query).command).toContain("--from-namespace=--server=evil");
  });

  it("is read back by our own reader of words as a shell reads it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string()), { minLength: 1 }),
        (words) => {
          const split = splitCommand(quoteCommand(words));
          expect(split.ok ? split.words.map(({ text }) => text) : null).toEqual(words);
          expect(split.ok && split.words.some(({ expands }) => expands)).toBe(false);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("CEL", () => {
  it("holds a hostile tag as one literal, which reads back as the same tag", () => {
    for (const text of HOSTILE.filter((one) => one !== "")) {
      const query: Query = { terms: [termOf("tag", [text])] };
      const reading = readHubble(toHubble(query).commandText);
      expect(reading.ok ? reading.query : null).toEqual(query);
    }
  });
});

describe("the exporter's YAML", () => {
  const options = (name: string) => ({ name, filePath: name });

  function entryOf(form: "exporter" | "configmap" | "helm", text: string): unknown {
    const document = parse(text);
    if (form === "exporter") return document.flowLogs[0];
    if (form === "helm") return document.hubble.export.dynamic.config.content[0];
    return parse(document.data["flowlogs.yaml"]).flowLogs[0];
  }

  it.each(["exporter", "configmap", "helm"] as const)(
    "holds exactly the meant filters: %s",
    (form) => {
      for (const query of hostileQueries) {
        const { allowlist, denylist } = toHubble(query);
        const { yaml } = toExporter(query, form);
        expect(entryOf(form, yaml)).toMatchObject({
          includeFilters: allowlist,
          excludeFilters: denylist,
        });
      }
    },
  );

  it.each(["exporter", "configmap", "helm"] as const)(
    "holds exactly the meant name: %s",
    (form) => {
      for (const text of HOSTILE) {
        const { yaml } = toExporter({ terms: [] }, form, options(text));
        expect(entryOf(form, yaml)).toMatchObject({ name: text, filePath: text });
      }
    },
  );

  it("is the same for a reader of YAML 1.1, which Kubernetes tools have", () => {
    for (const query of hostileQueries) {
      const { yaml } = toExporter(query, "exporter");
      const old = parseDocument(yaml, { version: "1.1" });
      expect(old.errors).toEqual([]);
      expect(old.toJS()).toEqual(parse(yaml));
    }
  });

  it("shows every character", () => {
    for (const query of hostileQueries) {
      expect(toExporter(query, "configmap").yaml).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
    }
  });

  it("reads back as the query", () => {
    for (const text of HOSTILE.filter((one) => one !== "")) {
      const query: Query = {
        terms: [termOf("tag", [text]), termOf("policy", [`ns/${text}`], true)],
      };
      const reading = readHubble(toExporter(query, "configmap").yaml);
      expect(reading.ok ? reading.query : reading.error).toEqual(query);
    }
  });
});
