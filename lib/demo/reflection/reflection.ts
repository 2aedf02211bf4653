/**
 * gRPC server reflection, as Relay offers it: tools such as grpcurl ask it which services there are
 * and how their messages look. Both versions of the protocol have the same messages.
 */
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type {
  ServerDuplexStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { DESCRIPTOR_SET } from "./descriptors";

const SERVICE = "observer.Observer";
const REFLECTIONS = [
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

/** Packages whose symbols the descriptors explain. */
const PACKAGES = ["observer.", "flow.", "relay.", "peer.", "google.protobuf."];

/** Field numbers of `ServerReflectionRequest`. */
const ASK = { file: 3, symbol: 4, services: 7 } as const;

/** Field numbers of `ServerReflectionResponse`. */
const ANSWER = { request: 2, files: 4, services: 6, error: 7 } as const;

/** One definition for each version of the protocol. */
export const REFLECTION: readonly ServiceDefinition[] = REFLECTIONS.map((name) => ({
  serverReflectionInfo: {
    path: `/${name}/ServerReflectionInfo`,
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
}));

export const REFLECT: UntypedServiceImplementation = {
  serverReflectionInfo: (call: ServerDuplexStream<Buffer, Buffer>) => {
    call.on("data", (request: Buffer) => call.write(answerReflection(request)));
    call.on("end", () => call.end());
  },
};

/** The encoded `ServerReflectionResponse` to an encoded `ServerReflectionRequest`. */
export function answerReflection(request: Uint8Array): Buffer {
  const writer = new BinaryWriter().uint32(tag(ANSWER.request)).bytes(request);
  const question = readQuestion(request);
  if (question?.field === ASK.services) writeServices(writer);
  else if (question && isKnown(question)) writeFiles(writer);
  else writeError(writer, question?.text ?? "this kind of request");
  return Buffer.from(writer.finish());
}

type Question = { field: number; text: string };

function readQuestion(request: Uint8Array): Question | null {
  try {
    const reader = new BinaryReader(request);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (Object.values<number>(ASK).includes(field)) return { field, text: reader.string() };
      reader.skip(wireType);
    }
  } catch {
    // A malformed request is answered as an unknown one.
  }
  return null;
}

function isKnown({ field, text }: Question): boolean {
  if (field === ASK.file) return FILE_NAMES.has(text);
  return PACKAGES.some((name) => text.startsWith(name));
}

/** Every file at once: a client needs the imports of a file as well. */
function writeFiles(writer: BinaryWriter): void {
  const response = writer.uint32(tag(ANSWER.files)).fork();
  for (const file of FILES) response.uint32(tag(1)).bytes(file);
  response.join();
}

function writeServices(writer: BinaryWriter): void {
  const response = writer.uint32(tag(ANSWER.services)).fork();
  for (const name of [SERVICE, ...REFLECTIONS]) {
    response.uint32(tag(1)).fork().uint32(tag(1)).string(name).join();
  }
  response.join();
}

function writeError(writer: BinaryWriter, what: string): void {
  writer
    .uint32(tag(ANSWER.error))
    .fork()
    .uint32((1 << 3) | 0)
    .int32(status.NOT_FOUND)
    .uint32(tag(2))
    .string(`not found: ${what}`)
    .join();
}

/** Of a length-delimited field. */
function tag(field: number): number {
  return (field << 3) | 2;
}

/** The `FileDescriptorProto`s of the set: its field 1, repeated. */
const FILES: readonly Uint8Array[] = readAll(Buffer.from(DESCRIPTOR_SET, "base64"), 1);

/** A file's name is its field 1. */
const FILE_NAMES = new Set(FILES.map((file) => Buffer.from(readAll(file, 1)[0] ?? []).toString()));

function readAll(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(wireType);
  }
  return found;
}
