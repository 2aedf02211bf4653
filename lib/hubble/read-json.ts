/**
 * Protobuf's JSON mapping, reading: a parsed JSON value to the same message that the generated
 * decoder makes of bytes. Written by hand because generated readers refuse or lose enum numbers they
 * do not know, and because real files come re-serialised by log shippers.
 */
import {
  absentValue,
  type Field,
  is64Bit,
  type MessageTypes,
  namesOfEnum,
  type Shape,
  shapeOfMessage,
} from "./field-table";
import { parseTimestamp } from "./timestamp";

/** A value that does not fit its field. The message names the field and what was found. */
export class JsonShapeError extends Error {
  override name = "JsonShapeError";
}

/** `strict` refuses unknown keys and enum names, as it should be for what a person wrote. */
export type ReadOptions = {
  strict?: boolean;
  /** Told when a key was known only by its letters: `node-name`, `NODENAME`. */
  onLooseKey?: () => void;
};

const U32_MAX = 0xffff_ffff;
const I32_MAX = 0x7fff_ffff;

/**
 * Reads one message. Keys may be proto names or camelCase; numbers may be text; unknown keys are
 * ignored and unknown enum names read as 0, unless `strict`. Throws `JsonShapeError` only.
 */
export function messageFromJson<T extends keyof MessageTypes>(
  type: T,
  json: unknown,
  options: ReadOptions = {},
): MessageTypes[T] {
  // The field table comes from the same .proto files as the types, so the shapes agree.
  return readMessage(type, json, type, options) as MessageTypes[T];
}

function readMessage(type: string, json: unknown, path: string, options: ReadOptions): unknown {
  if (!isObject(json)) throw unfit(path, "an object", json);
  const shape = shapeOfMessage(type);
  const message: Record<string, unknown> = {};
  for (const field of shape.fields) message[field.name] = absentValue(field);
  for (const key of Object.keys(json)) {
    const value = json[key];
    const field = shape.byKey.get(key) ?? looseField(shape, key, options);
    if (field === undefined) {
      if (options.strict === true) throw new JsonShapeError(`${path} has no field "${key}"`);
      continue;
    }
    if (value === null || value === undefined) continue;
    message[field.name] = readField(field, value, `${path}.${key}`, options);
  }
  return message;
}

function looseField(shape: Shape, key: string, options: ReadOptions): Field | undefined {
  if (options.strict === true) return undefined;
  const field = shape.byPlainKey.get(key.replace(/[_-]/g, "").toLowerCase());
  if (field !== undefined) options.onLooseKey?.();
  return field;
}

function readField(field: Field, value: unknown, path: string, options: ReadOptions): unknown {
  if (!field.repeated) return readValue(field, value, path, options);
  if (!Array.isArray(value)) throw unfit(path, "a list", value);
  return value.map((item) => readValue(field, item, path, options));
}

function readValue(field: Field, value: unknown, path: string, options: ReadOptions): unknown {
  switch (field.kind) {
    case "string":
      if (typeof value !== "string") throw unfit(path, "text", value);
      return value;
    case "bool":
      return readBool(value, path);
    case "uint32":
      return readInteger(value, 0, U32_MAX, path);
    case "int32":
      return readInteger(value, -I32_MAX - 1, I32_MAX, path);
    case "double":
      return readDouble(value, path);
    case "enum":
      return readEnum(field.type, value, path, options);
    case "message":
      return readSubMessage(field.type, value, path, options);
    default:
      if (is64Bit(field.kind)) return read64Bit(value, path);
      throw unfit(path, field.kind, value);
  }
}

function readSubMessage(type: string, value: unknown, path: string, options: ReadOptions): unknown {
  switch (type) {
    case "google.protobuf.Timestamp":
      return readTime(value, path);
    case "google.protobuf.BoolValue":
      return readBool(value, path);
    case "google.protobuf.Int32Value":
      return readInteger(value, -I32_MAX - 1, I32_MAX, path);
    case "google.protobuf.UInt32Value":
      return readInteger(value, 0, U32_MAX, path);
    case "google.protobuf.FieldMask":
      if (typeof value !== "string") throw unfit(path, "paths separated by commas", value);
      return value.split(",").filter((item) => item !== "");
    case "google.protobuf.Any":
      // Data of other vendors, whose messages this build does not know.
      return undefined;
    default:
      return readMessage(type, value, path, options);
  }
}

function readTime(value: unknown, path: string): unknown {
  if (typeof value === "string") {
    const time = parseTimestamp(value);
    if (time !== null) return time;
  } else if (isObject(value) && "seconds" in value) {
    const nanos = readInteger(value.nanos ?? 0, 0, 999_999_999, `${path}.nanos`);
    return { seconds: read64Bit(value.seconds, `${path}.seconds`), nanos };
  }
  throw unfit(path, "a time as in RFC 3339", value);
}

function readBool(value: unknown, path: string): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw unfit(path, "true or false", value);
}

function readInteger(value: unknown, min: number, max: number, path: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) {
    return number;
  }
  throw unfit(path, `a whole number from ${min} to ${max}`, value);
}

function readDouble(value: unknown, path: string): number {
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number") return number;
  throw unfit(path, "a number", value);
}

/** As text, because JavaScript's numbers are exact to 53 bits only. */
function read64Bit(value: unknown, path: string): string {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value).toString();
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value).toString();
  throw unfit(path, "a whole number", value);
}

function readEnum(type: string, value: unknown, path: string, options: ReadOptions): number {
  if (typeof value === "string") {
    const number = namesOfEnum(type).numbers.get(value);
    if (number !== undefined) return number;
    if (!/^-?\d+$/.test(value)) {
      if (options.strict === true)
        throw unfit(path, [...namesOfEnum(type).numbers.keys()].join(", "), value);
      return 0;
    }
  }
  return readInteger(value, -I32_MAX - 1, I32_MAX, path);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unfit(path: string, wanted: string, found: unknown): JsonShapeError {
  const text = (JSON.stringify(found) ?? String(found)).slice(0, 80);
  return new JsonShapeError(`${path}: expected ${wanted}, found ${text}`);
}
