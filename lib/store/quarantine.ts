/**
 * Setting aside what cannot be read. Nothing is deleted: a folder is given another name, a part of a
 * table is moved to ClickHouse's own `detached` folder.
 */
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { stringLiteral } from "./bind";
import type { Engine } from "./engine";
import { stampOf } from "./event-log";

/** @returns the folder's name from now on. */
export function setFolderAside(enginePath: string, nowMs: number): string {
  const base = `${enginePath}.corrupt-${stampOf(nowMs)}`;
  let path = base;
  for (let number = 2; existsSync(path); number += 1) path = `${base}-${number}`;
  renameSync(enginePath, path);
  return path;
}

/**
 * Whether half of a data folder is missing. ClickHouse would open what is left as an empty store,
 * and what people see would be "nothing was dropped".
 */
export function isHalfThere(enginePath: string): boolean {
  const has = (name: string) =>
    existsSync(join(enginePath, name)) && readdirSync(join(enginePath, name)).length > 0;
  return has("metadata") !== has("store");
}

/** The span is of when its rows were received; rows and span are 0 where nothing tells. */
export type SetAside = {
  table: string;
  part: string;
  path: string;
  rows: number;
  fromMs: number;
  toMs: number;
};

/** Parts that ClickHouse left out by itself when it opened the tables, because it could not read them. */
export async function partsLeftOut(engine: Engine): Promise<SetAside[]> {
  const sql = `SELECT table, name, path FROM system.detached_parts
    WHERE database = currentDatabase() AND startsWith(reason, 'broken')`;
  return engine.select("write", sql, {}, (reader) => ({
    table: reader.text(),
    part: reader.text(),
    path: reader.text(),
    rows: 0,
    fromMs: 0,
    toMs: 0,
  }));
}

/**
 * Checks the tables and sets aside the parts whose files are not what was written. Reads all of
 * a table's files, so `tables` should be those that an error named, where it named one.
 */
export async function setBrokenPartsAside(
  engine: Engine,
  tables: readonly string[] | "all",
): Promise<SetAside[]> {
  const all = await engine.select(
    "write",
    `SELECT name FROM system.tables
      WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')`,
    {},
    (reader) => reader.text(),
  );
  const aside: SetAside[] = [];
  for (const table of all.filter((name) => tables === "all" || tables.includes(name))) {
    for (const part of await brokenParts(engine, table)) {
      const content = await contentOf(engine, table, part);
      await engine.run("write", `ALTER TABLE ${table} DETACH PART ${stringLiteral(part)}`);
      aside.push({ table, part, ...content });
    }
  }
  return aside;
}

async function brokenParts(engine: Engine, table: string): Promise<string[]> {
  const sql = `CHECK TABLE ${table} SETTINGS check_query_single_value_result = 0`;
  const parts = await engine.select("write", sql, {}, (reader) => {
    const part = reader.text();
    const isWhole = reader.u8() === 1;
    reader.text();
    return { part, isWhole };
  });
  return parts.filter(({ isWhole }) => !isWhole).map(({ part }) => part);
}

/** Drops are received a little later than they happen. */
const LAG_MS = 3_000;

async function contentOf(engine: Engine, table: string, part: string) {
  const sql = `SELECT path, rows, toUnixTimestamp(min_time), toUnixTimestamp(max_time)
    FROM system.parts WHERE database = currentDatabase() AND active
    AND table = {table:String} AND name = {part:String}`;
  const [content] = await engine.select("write", sql, { table, part }, (reader) => ({
    path: reader.text().replace(/([^/]+)\/?$/, "detached/$1"),
    rows: reader.u64(),
    fromMs: reader.u32() * 1_000 - LAG_MS,
    toMs: reader.u32() * 1_000 + 999,
  }));
  return content ?? { path: "detached", rows: 0, fromMs: 0, toMs: 0 };
}
