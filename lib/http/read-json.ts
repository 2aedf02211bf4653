/** The JSON body of a request, within a bound. */
import { AppError } from "@/lib/errors";

const MAX_BODY_BYTES = 65_536;

/** @throws AppError `unsupported-media`, `too-large` or `bad-request`. */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
    throw new AppError("unsupported-media", "Send the body as Content-Type: application/json.");
  }
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("bad-request", "The body is not JSON.", { cause });
  }
}

/** Stops at the bound: what a request says of its own length is not relied on. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("too-large", `The body is longer than ${maxBytes} bytes.`);
}
