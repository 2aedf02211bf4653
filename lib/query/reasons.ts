/**
 * Drop reasons as values of `reason:`. A query keeps the enum name, or the bare number where this
 * table has no name for it; the empty text is "no reason", as on audit and L7 denials.
 */
import { reasonCode, reasonOf } from "@/lib/drops/reason";
import { DROP_REASONS } from "@/lib/drops/reason-table";
import type { TextTest } from "./glob";
import { foldCase } from "./glob";

const NAMED = DROP_REASONS.filter(([code]) => code !== 0);

/** Every name that may follow `reason:`. */
export const REASON_NAMES: readonly string[] = NAMED.map(([, name]) => name);

/** Codes that have a name, 0 aside. */
export const NAMED_REASON_CODES: readonly number[] = NAMED.map(([code]) => code);

const CODE_BY_WORDS = new Map<string, number>(
  DROP_REASONS.flatMap(([code, name, text]): [string, number][] => [
    ...(text === "" ? [] : [[foldCase(text), code] as [string, number]]),
    [foldCase(name), code],
  ]),
);

const LARGEST_CODE = 0xffff_ffff;

/** Canonical text of a reason given by name, number or the Hubble CLI's words; null if unknown. */
export function reasonText(written: string): string | null {
  const code = readCode(written);
  if (code === null || code > LARGEST_CODE) return null;
  if (code === 0) return "";
  return CODE_BY_WORDS.has(foldCase(reasonOf(code).name)) ? reasonOf(code).name : String(code);
}

/** The number behind canonical text. */
export function codeOfReasonText(text: string): number {
  return text === "" ? 0 : (readCode(text) ?? -1);
}

function readCode(written: string): number | null {
  if (/^\d{1,10}$/.test(written)) return Number(written);
  return CODE_BY_WORDS.get(foldCase(written)) ?? reasonCode(written.toUpperCase());
}

/** Named reasons for which a test of the enum name (or, if asked, of the CLI's text) holds. */
export function reasonCodesWhere(test: TextTest, withText: boolean): Set<number> {
  const codes = NAMED.filter(
    ([, name, text]) => test(foldCase(name)) || (withText && text !== "" && test(foldCase(text))),
  );
  return new Set(codes.map(([code]) => code));
}
