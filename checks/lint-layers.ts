/** Part of `npm run lint`: refuses imports against the table of rooms, with file and line. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findViolations } from "./layers";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = /\.(tsx?|mjs|js)$/;
const GENERATED = /^lib\/hubble\/generated\//;

const files = ["app", "components", "lib"]
  .flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" }).map(
      (name) => `${folder}/${name.replaceAll("\\", "/")}`,
    ),
  )
  .filter((file) => SOURCE.test(file) && !GENERATED.test(file));

const violations = files.flatMap((file) =>
  findViolations(file, readFileSync(`${root}${file}`, "utf8")),
);
for (const { file, line, specifier, rule } of violations) {
  console.error(`${file}:${line}  import of "${specifier}": ${rule}`);
}
if (violations.length > 0) {
  console.error(`\n${violations.length} imports against the table in checks/layers.ts`);
  process.exitCode = 1;
} else {
  console.log(`Layers: ${files.length} files keep to the table of rooms.`);
}
