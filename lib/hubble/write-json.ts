/**
 * Protobuf's JSON mapping, writing, as `hubble observe -o json` prints it: proto field names in the
 * order of declaration, zero values left out, 64-bit numbers as text, enums by name.
 */
import {
  absentValue,
  type Field,
  type MessageTypes,
  namesOfEnum,
  shapeOfMessage,
} from "./field-table";
import type { Timestamp } from "./generated/google/protobuf/timestamp";
import { formatTimestamp } from "./timestamp";

export type JsonObject = { [key: string]: unknown };

/**
 * The JSON form of a message. An enum number without a name stays a number. `extensions` are left
 * out: a reader that does not know the vendor's message would refuse the whole line.
 */
export function messageToJson<T extends keyof MessageTypes>(
  type: T,
  message: MessageTypes[T],
): JsonObject {
  return writeMessage(type, message);
}

function writeMessage(type: string, message: object): JsonObject {
  const json: JsonObject = {};
  for (const field of shapeOfMessage(type).fields) {
    const value: unknown = Reflect.get(message, field.name);
    if (value === undefined || value === null || isAbsent(field, value)) continue;
    const written = Array.isArray(value) ? writeList(field, value) : writeValue(field, value);
    if (written !== undefined) json[field.name] = written;
  }
  return json;
}

function isAbsent(field: Field, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return field.kind !== "message" && value === absentValue(field);
}

function writeList(field: Field, values: readonly unknown[]): unknown {
  if (field.type === "google.protobuf.FieldMask") return values.join(",");
  return values.map((value) => writeValue(field, value));
}

function writeValue(field: Field, value: unknown): unknown {
  if (field.kind === "enum") return namesOfEnum(field.type).names.get(Number(value)) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (field.type === "google.protobuf.Any") return undefined;
  return isTimestamp(field, value) ? formatTimestamp(value) : writeMessage(field.type, value);
}

function isTimestamp(field: Field, value: object): value is Timestamp {
  return field.type === "google.protobuf.Timestamp" && "seconds" in value;
}
