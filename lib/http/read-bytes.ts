/** A request's body as bytes, of which no more are taken than allowed. */
import { AppError } from "@/lib/errors";

/** @throws AppError `too-large`. */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) {
      throw new AppError("too-large", `The body is longer than ${maxBytes} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
