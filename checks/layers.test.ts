import { describe, expect, it } from "vitest";
import { findViolations } from "./layers";

const rulesOf = (file: string, source: string): string[] =>
  findViolations(file, source).map((violation) => violation.rule);

describe("findViolations", () => {
  it("lets a room import itself and the rooms of its row", () => {
    const source = `
      import { parse } from "./parse";
      import { format } from "@/lib/query/format";
      import type { Drop } from "@/lib/drops/drop";
    `;
    expect(rulesOf("lib/query/matches.ts", source)).toEqual([]);
  });

  it("refuses a room that is not in the row, and says where", () => {
    const source = `import type { Drop } from "@/lib/drops/drop";\nimport {\n  open,\n} from "@/lib/store/open";\n`;
    expect(findViolations("lib/query/matches.ts", source)).toEqual([
      {
        file: "lib/query/matches.ts",
        line: 4,
        specifier: "@/lib/store/open",
        rule: "lib/query may import only lib/drops",
      },
    ]);
  });

  it.each([
    ["an export from", `export { open } from "@/lib/store/open";`],
    ["a side effect", `import "@/lib/store/open";`],
    ["a dynamic import", `const { open } = await import("@/lib/store/open");`],
    ["a type import", `type Store = import("@/lib/store/open").Store;`],
    ["a require", `const { open } = require("@/lib/store/open");`],
    [
      "a room whose name only begins like an allowed one",
      `import { x } from "@/lib/drops-extra/x";`,
    ],
    ["a page", `import { Page } from "@/app/page";`],
  ])("refuses %s", (_, source) => {
    expect(rulesOf("lib/query/matches.ts", source)).toHaveLength(1);
  });

  it("does not read imports out of comments", () => {
    const source = `// import { open } from "@/lib/store/open";\n/* import "@/lib/store/open"; */\n`;
    expect(rulesOf("lib/query/matches.ts", source)).toEqual([]);
  });

  it("is not led astray by a string that looks like a comment", () => {
    const source = `const url = "http://x"; import { open } from "@/lib/store/open";`;
    expect(rulesOf("lib/query/matches.ts", source)).toHaveLength(1);
  });

  it.each([
    ["a string", `const words = ["from", ", "]; join("import ", "@/lib/store/open");`],
    ["a template", 'const sql = `select x from "@/lib/store/open"`;'],
  ])("does not read imports out of %s", (_, source) => {
    expect(rulesOf("lib/query/matches.ts", source)).toEqual([]);
  });

  it("reads an import that is a template", () => {
    const source = "const store = await import(`@/lib/store/open`);";
    expect(rulesOf("lib/query/matches.ts", source)).toHaveLength(1);
  });

  it("refuses to climb out of a folder", () => {
    expect(rulesOf("components/triage/row.tsx", `import { Badge } from "../ui/badge";`)).toEqual([
      "across folders, import through @/",
    ]);
  });

  it("keeps routes away from the wire and the store", () => {
    const source = `import { a } from "@/lib/hubble/a"; import { b } from "@/lib/store/b";`;
    expect(rulesOf("app/api/groups/route.ts", source)).toHaveLength(2);
  });

  it("keeps API routes away from components, which pages may import", () => {
    const source = `import { Triage } from "@/components/triage/triage";`;
    expect(rulesOf("app/api/groups/route.ts", source)).toHaveLength(1);
    expect(rulesOf("app/page.tsx", source)).toEqual([]);
  });

  it("lets the running system import every room of lib, and nothing of the screens", () => {
    expect(rulesOf("lib/live/runtime.ts", `import { a } from "@/lib/store/a";`)).toEqual([]);
    expect(rulesOf("lib/live/runtime.ts", `import { a } from "@/components/a";`)).toHaveLength(1);
  });

  it.each(["node:fs", "react", "next/headers", "@grpc/grpc-js", "chdb"])(
    "keeps %s out of the pure rooms",
    (name) => {
      expect(rulesOf("lib/drops/pair.ts", `import x from "${name}";`)).toHaveLength(1);
    },
  );

  it("gives gRPC and the engine one home each", () => {
    expect(rulesOf("lib/hubble/relay.ts", `import x from "@grpc/grpc-js";`)).toEqual([]);
    expect(rulesOf("lib/live/ingest.ts", `import x from "@grpc/grpc-js";`)).toEqual([
      "@grpc/* belongs to lib/hubble, lib/demo",
    ]);
    expect(rulesOf("lib/live/ingest.ts", `import x from "chdb/connection";`)).toHaveLength(1);
  });

  it("lets tests import samples, the decoder and any package, but not other rooms", () => {
    const source = `
      import { readFileSync } from "node:fs";
      import { sampleFlow } from "@/lib/drops/sample-flow";
      import { decodeFlow } from "@/lib/hubble/decode";
    `;
    expect(rulesOf("lib/query/matches.test.ts", source)).toEqual([]);
    expect(rulesOf("lib/query/matches.test.ts", `import x from "@/lib/live/x";`)).toHaveLength(1);
  });

  it("lets the sample builders themselves import what tests may", () => {
    const source = `import fc from "fast-check"; import { sampleFlow } from "@/lib/drops/sample-flow";`;
    expect(rulesOf("lib/query/arbitraries.ts", source)).toEqual([]);
  });

  it("keeps samples out of code that ships", () => {
    expect(rulesOf("lib/drops/pair.ts", `import { sampleFlow } from "./sample-flow";`)).toEqual([
      "lib/drops/sample-flow is for tests only",
    ]);
  });
});
