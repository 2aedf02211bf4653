/**
 * What a file is that holds no flows, as far as its first bytes and lines tell, with what to do: a
 * person who opened the wrong file should hear more than that no line could be read.
 */

export type OtherText = {
  /** The first bytes of the file, before anything is unpacked. */
  begin(bytes: Uint8Array): void;
  /** A line of it; only the first few are looked at. */
  note(line: string): void;
  /** Null where nothing of it is known. */
  words(): string | null;
};

const PACKETS =
  "This is a packet capture (pcap). Droplens reads Hubble's flows: “hubble observe -o json”.";

/** First bytes, in hex. */
const KINDS: readonly (readonly [string, string])[] = [
  ["504b0304", "This is a zip archive. Unpack it and open the file inside."],
  ["28b52ffd", "This is packed with zstd. Unpack it, or pack it with gzip."],
  ["fd377a585a00", "This is packed with xz. Unpack it, or pack it with gzip."],
  ["425a68", "This is packed with bzip2. Unpack it, or pack it with gzip."],
  ["d4c3b2a1", PACKETS],
  ["a1b2c3d4", PACKETS],
  ["0a0d0d0a", PACKETS],
  ["89504e47", "This is a picture."],
  ["25504446", "This is a PDF."],
];

const AGAIN = "Export again with “hubble observe -o json”, which writes a JSON record a line.";

const LINES: readonly (readonly [RegExp, string])[] = [
  [/^TIMESTAMP\s+SOURCE\s+DESTINATION\s+TYPE/, `This is “-o table” text. ${AGAIN}`],
  [/^\s*(TIMESTAMP|SOURCE|DESTINATION|VERDICT): /, `This is “-o dict” text. ${AGAIN}`],
  [
    /^\w{3} +\d+ \d\d:\d\d:\d\d\.\d+.*: .+ (->|<-|<>) .+/,
    `This is “-o compact” text, what “hubble observe” prints by default. ${AGAIN}`,
  ],
  [
    /^(xx drop|Policy verdict log:|->|<-) ?.*\bflow 0x/i,
    `This is text of “cilium monitor”. ${AGAIN}`,
  ],
  [
    /^"?time"?,"?verdict"?,|^time,/,
    "This is a CSV, such as Droplens exports. Export as JSON lines instead: a CSV holds no flows.",
  ],
  [/^(apiVersion|kind|flowLogs|sources):/, "This is YAML, a configuration and no capture."],
  [/^<(!doctype|html|\?xml)/i, "This is a web page or XML."],
  [
    /^(level=|time=".*" level=)/,
    "These are log lines of the Cilium agent without flows among them.",
  ],
];

const LOOKED_AT = 50;

export function createOtherText(): OtherText {
  let words: string | null = null;
  let lines = 0;
  return {
    begin(bytes) {
      const hex = Buffer.from(bytes.subarray(0, 8)).toString("hex");
      words = KINDS.find(([start]) => hex.startsWith(start))?.[1] ?? null;
      const isTar = Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar";
      if (isTar) words = "This is a tar archive. Unpack it and open the file inside.";
    },
    note(line) {
      if (words !== null || lines >= LOOKED_AT) return;
      lines += 1;
      words = LINES.find(([form]) => form.test(line))?.[1] ?? null;
    },
    words: () => words,
  };
}
