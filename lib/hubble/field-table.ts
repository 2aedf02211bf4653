/**
 * The field table of the .proto files in the form that reading and writing JSON need: looked up by
 * either spelling of a key, with the value that an absent field has.
 */
import { ENUMS, MESSAGES } from "./generated/fields";
import type { Flow, FlowFilter, LostEvent } from "./generated/flow/flow";
import type {
  GetFlowsRequest,
  GetFlowsResponse,
  ServerStatusResponse,
} from "./generated/observer/observer";
import type { NodeStatusEvent } from "./generated/relay/relay";

/** The messages that may be read from or written as JSON, by their protobuf names. */
export type MessageTypes = {
  "flow.Flow": Flow;
  "flow.FlowFilter": FlowFilter;
  "flow.LostEvent": LostEvent;
  "observer.GetFlowsRequest": GetFlowsRequest;
  "observer.GetFlowsResponse": GetFlowsResponse;
  "observer.ServerStatusResponse": ServerStatusResponse;
  "relay.NodeStatusEvent": NodeStatusEvent;
};

export type Field = {
  name: string;
  /** `string`, `bool`, `uint32`, `enum`, `message`, …, as protobuf calls it. */
  kind: string;
  /** Name of the message or enum. */
  type: string;
  repeated: boolean;
};

export type Shape = {
  fields: readonly Field[];
  byKey: ReadonlyMap<string, Field>;
  /** By keys without `_` and capitals, for texts in which a log shipper changed them. */
  byPlainKey: ReadonlyMap<string, Field>;
};

export type EnumNames = {
  numbers: ReadonlyMap<string, number>;
  names: ReadonlyMap<number, string>;
};

const shapes = new Map(Object.entries(MESSAGES).map(([name, rows]) => [name, shapeOf(rows)]));
const enums = new Map(Object.entries(ENUMS).map(([name, values]) => [name, enumOf(values)]));

export function shapeOfMessage(type: string): Shape {
  const shape = shapes.get(type);
  if (shape === undefined) throw new Error(`no message ${type} in the field table`);
  return shape;
}

export function namesOfEnum(type: string): EnumNames {
  const names = enums.get(type);
  if (names === undefined) throw new Error(`no enum ${type} in the field table`);
  return names;
}

/** What the generated code gives a field that is not on the wire. */
export function absentValue(field: Field): unknown {
  if (field.repeated) return [];
  if (field.kind === "message") return undefined;
  if (field.kind === "string") return "";
  if (field.kind === "bool") return false;
  if (is64Bit(field.kind)) return "0";
  return 0;
}

export function is64Bit(kind: string): boolean {
  return kind === "int64" || kind === "uint64";
}

function shapeOf(rows: (typeof MESSAGES)[string]): Shape {
  const fields = rows.map(([name, , kind, type, repeated]) => ({
    name,
    kind,
    type,
    repeated: repeated === 1,
  }));
  const byKey = new Map<string, Field>();
  rows.forEach(([name, camelName], index) => {
    const field = fields[index];
    if (field === undefined) return;
    byKey.set(camelName, field);
    byKey.set(name, field);
  });
  const plain = fields.map(
    (field) => [field.name.replaceAll("_", "").toLowerCase(), field] as const,
  );
  return { fields, byKey, byPlainKey: new Map(plain) };
}

function enumOf(values: Readonly<Record<string, number>>): EnumNames {
  const entries = Object.entries(values);
  return {
    numbers: new Map(entries),
    names: new Map(entries.map(([name, number]) => [number, name])),
  };
}
