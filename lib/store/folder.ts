/** The data folder: made if missing, readable by its owner alone, refused in words when unusable. */
import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError, messageOf } from "@/lib/errors";

export type DataFolder = { path: string; enginePath: string };

/** @throws AppError `config` for a path that is a file or a pattern, `store-unavailable` for one that cannot be written. */
export function prepareFolder(dataDir: string): DataFolder {
  const path = resolve(dataDir);
  const enginePath = join(path, "clickhouse");
  if (/[*?{}\n]/.test(path)) {
    throw unusable(
      "config",
      path,
      "has one of * ? { } in its name, which ClickHouse would read as a pattern",
    );
  }
  if (isFile(path)) throw unusable("config", path, "is a file, not a folder");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    mkdirSync(enginePath, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    accessSync(enginePath, constants.W_OK | constants.X_OK);
    chmodSync(enginePath, 0o700);
  } catch (error) {
    throw unusable("store-unavailable", path, `cannot be written (${messageOf(error)})`, error);
  }
  return { path, enginePath };
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function unusable(
  code: "config" | "store-unavailable",
  path: string,
  problem: string,
  cause?: unknown,
): AppError {
  return new AppError(
    code,
    `The data folder ${path} ${problem}. Give it to the user that runs Droplens, or choose another ` +
      "folder with DROPLENS_DATA_DIR.",
    { cause },
  );
}
