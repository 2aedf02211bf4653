/**
 * Expectations from a folder of YAML files, such as a clone of a repository or a mounted ConfigMap.
 * The folder is only read. What is in a file is an expectation that operators cannot change here; a
 * file that is gone takes its expectations back. A file with an error is told of and left out whole:
 * what it would hide is shown.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { serverActor } from "@/lib/auth/actor";
import { hash64 } from "@/lib/drops/hash";
import { messageOf } from "@/lib/errors";
import type { Expectation } from "@/lib/expectations/expectation";
import { type Plan, planEntries } from "@/lib/expectations/plan";
import { actionOf, type Step } from "@/lib/expectations/step";
import { MAX_YAML_BYTES, readYaml, type YamlEntry, type YamlError } from "@/lib/expectations/yaml";
import type { Log } from "@/lib/http/log";
import type { Expectations } from "./expectations";

export const MAX_FILES = 200;
/** Of all files together: they are read again and again. */
const MAX_FOLDER_BYTES = 8 * MAX_YAML_BYTES;
const EVERY_MS = 2_000;
const MAX_PROBLEMS = 20;

export type ExpectationFiles = {
  /** Reads the folder now. Never rejects. */
  read(): Promise<void>;
  stop(): void;
};

type File = { name: string; text: string };
type Found = { files: File[]; problems: string[] };
type Content = { name: string; entries: YamlEntry[] };

/**
 * Reads the folder, and again every two seconds: a mounted folder tells nobody when it changes.
 * @param folder null when there is none: what came from files before is taken back.
 */
export function watchExpectationFiles(
  expectations: Expectations,
  folder: string | null,
  log: Pick<Log, "warn">,
  everyMs = EVERY_MS,
): ExpectationFiles {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let told = "";
  let done: string | null = null;
  let reading: Promise<void> = Promise.resolve();

  function tell(problems: readonly string[]): void {
    const text = problems.join("\n");
    if (text === told) return;
    told = text;
    if (text !== "") log.warn("expectations in files", { problems });
    const more = problems.length - MAX_PROBLEMS;
    const shown = problems.slice(0, MAX_PROBLEMS);
    expectations.report("files", more > 0 ? [...shown, `And ${more} more in files.`] : shown);
  }

  async function readOnce(): Promise<void> {
    try {
      const found = folder === null ? { files: [], problems: [] } : await findFiles(folder);
      const seen = markOf(found, expectations.bounds().nowMs);
      if (seen === done || isStopped) return;
      tell(await takeOver(expectations, found));
      done = seen;
    } catch (error) {
      tell([`The expectations in files cannot be taken over: ${messageOf(error)}`]);
    }
  }

  function read(): Promise<void> {
    reading = reading.then(readOnce);
    return reading;
  }

  async function readAndWait(): Promise<void> {
    await read();
    if (isStopped || folder === null) return;
    timer = setTimeout(() => void readAndWait(), everyMs);
    timer.unref();
  }

  void readAndWait();
  return {
    read,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Grows old within an hour: an end that lay too far ahead may not do so any more. */
function markOf(found: Found, nowMs: number): string {
  const hash = createHash("sha256").update(String(Math.floor(nowMs / 3_600_000)));
  return hash.update(JSON.stringify(found)).digest("hex");
}

/** Carries out what the files say; answers the problems in words. */
async function takeOver(expectations: Expectations, { files, problems }: Found): Promise<string[]> {
  const told = [...problems];
  const contents: Content[] = [];
  for (const { name, text } of files) {
    const { entries, errors } = readYaml(text);
    if (errors.length > 0) told.push(...errors.map((error) => inFile(name, error)));
    else contents.push({ name, entries });
  }
  await expectations.carryOut(
    async (all) => {
      const { steps, errors } = planFiles(contents, all, expectations);
      told.push(...errors);
      return expectations.withKnown(steps);
    },
    serverActor("files", "file"),
  );
  return told;
}

function planFiles(contents: readonly Content[], all: readonly Expectation[], to: Expectations) {
  const steps: Step[] = [];
  const errors: string[] = [];
  const holders = new Map<string, string>();
  for (const { name, entries } of contents) {
    const plan = planEntries(entries, all, {
      ...to.bounds(),
      file: name,
      author: { name: "", verified: false },
      newId: ({ query }) => `file-${hash64(JSON.stringify([name, query]))}`,
    });
    const wrong = [...plan.errors.map((error) => inFile(name, error)), ...takenIds(plan, holders)];
    errors.push(...wrong);
    if (wrong.length > 0) continue;
    for (const { action, before, after } of plan.steps) {
      holders.set(after.id, name);
      if (action !== "keep") steps.push({ action: actionOf(before, after), before, after });
    }
  }
  return { steps: [...steps, ...takenBack(all, holders, to.bounds().nowMs)], errors };
}

/** The first file in the order of names keeps an id that two of them have. */
function takenIds({ steps }: Plan, holders: ReadonlyMap<string, string>): string[] {
  return steps.flatMap(({ after }) => {
    const holder = holders.get(after.id);
    if (holder === undefined) return [];
    return [`${after.file}: the id ${after.id} is in ${holder} already, so this file is left out.`];
  });
}

function takenBack(
  all: readonly Expectation[],
  holders: ReadonlyMap<string, string>,
  nowMs: number,
): Step[] {
  const at = new Date(nowMs).toISOString();
  return all
    .filter(({ id, file, revokedAt }) => file !== null && revokedAt === null && !holders.has(id))
    .map((before) => {
      const after = { ...before, revokedAt: at, updatedAt: at, version: before.version + 1 };
      return { action: "revoked", before, after };
    });
}

function inFile(name: string, { line, message }: YamlError): string {
  return `${name}, line ${line}, so this file is left out: ${message}`;
}

async function findFiles(folder: string): Promise<Found> {
  const problems: string[] = [];
  let root: string;
  let names: string[];
  try {
    root = await realpath(folder);
    names = (await readdir(root)).filter((name) => /^[^.].*\.ya?ml$/i.test(name)).sort();
  } catch (error) {
    return {
      files: [],
      problems: [`The folder of expectations cannot be read: ${messageOf(error)}`],
    };
  }
  if (names.length > MAX_FILES) {
    problems.push(
      `${folder} has ${names.length} files; those after the first ${MAX_FILES} are left out.`,
    );
  }
  const files: File[] = [];
  let bytes = 0;
  for (const name of names.slice(0, MAX_FILES)) {
    try {
      const text = await readWithin(root, name);
      bytes += text.length;
      if (bytes > MAX_FOLDER_BYTES)
        throw new Error(`the folder holds over ${MAX_FOLDER_BYTES} bytes.`);
      files.push({ name, text });
    } catch (error) {
      problems.push(`${name} is left out: ${messageOf(error)}`);
    }
  }
  return { files, problems };
}

/**
 * A ConfigMap is mounted as links to a hidden folder beside them, so links are followed, but not out
 * of the folder.
 */
async function readWithin(root: string, name: string): Promise<string> {
  const path = await realpath(join(root, name));
  if (!path.startsWith(root + sep)) throw new Error("it is a link out of the folder.");
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await readBounded(file);
  } finally {
    await file.close();
  }
}

async function readBounded(file: FileHandle): Promise<string> {
  if (!(await file.stat()).isFile()) throw new Error("it is no file.");
  const buffer = Buffer.alloc(MAX_YAML_BYTES + 1);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  if (bytesRead > MAX_YAML_BYTES) throw new Error(`it is longer than ${MAX_YAML_BYTES} bytes.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch {
    throw new Error("it is not UTF-8.");
  }
}
