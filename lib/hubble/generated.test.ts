import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const generated = fileURLToPath(new URL("generated", import.meta.url));
const script = fileURLToPath(new URL("proto/generate.mjs", import.meta.url));

function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    files
      .filter((file) => file.endsWith(".ts"))
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
}

it("the generated code is what the .proto files make now", () => {
  const folder = mkdtempSync(join(tmpdir(), "droplens-proto-"));
  try {
    execFileSync(process.execPath, [script, folder]);
    expect(readFolder(generated)).toEqual(readFolder(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
