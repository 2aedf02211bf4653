/**
 * How many drops each expectation with a ceiling covers in each minute, and so in which minutes it
 * is over it. The counts are those of the drops that are stored: read once for each expectation,
 * then kept up with each drop that arrives.
 */
import type { Moment } from "./moment";
import type { Rule } from "./rule";

export const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** A whole minute of UTC since the epoch, and the drops that a rule covers in it. */
export type MinuteCount = { minute: number; drops: number };

export type SurgeBook = {
  /** Begins to count for a rule; its drops before are then told by `seed`. */
  open(rule: Rule): void;
  seed(rule: Rule, counts: Iterable<MinuteCount>): void;
  close(rule: Rule): void;
  /** True when this takes the rule over its ceiling in that minute. */
  add(rule: Rule, time: Moment, drops: number): boolean;
  isSurging(rule: Rule, minute: number): boolean;
  /** Whether all, none or some of the minutes from one to another, both included, surge. */
  during(rule: Rule, first: number, last: number): "all" | "none" | "some";
  /** Whether it surges always, because its minutes were too many to be counted. */
  isCut(rule: Rule): boolean;
  /** Gives a rule the counts of another that counts the same drops; both go on by themselves. */
  copy(from: Rule, to: Rule): void;
  has(rule: Rule): boolean;
  /** The surging minutes from one to another, both included, in order. */
  minutes(rule: Rule, first: number, last: number): MinuteCount[];
  /** Lets go of the minutes before one. */
  forget(before: number): void;
  /** Whether minutes were too many to be counted: those surge, so that nothing is hidden by them. */
  readonly isFull: boolean;
};

/** The counts of one day's minutes. */
type Page = { counts: Uint32Array; most: number };
type Counts = { pages: Map<number, Page>; isCut: boolean };

/** Some 5.8 KB each. */
const MAX_PAGES = 20_000;

export function createSurgeBook(maxPages = MAX_PAGES): SurgeBook {
  const books = new Map<Rule, Counts>();
  let pages = 0;
  let isFull = false;

  function add(rule: Rule, minute: number, drops: number): boolean {
    const book = books.get(rule);
    if (book === undefined) return false;
    const day = Math.floor(minute / DAY_MINUTES);
    let page = book.pages.get(day);
    if (page === undefined) {
      if (pages >= maxPages) {
        isFull = true;
        book.isCut = true;
        return false;
      }
      pages += 1;
      page = { counts: new Uint32Array(DAY_MINUTES), most: 0 };
      book.pages.set(day, page);
    }
    const at = minute - day * DAY_MINUTES;
    const before = page.counts[at] ?? 0;
    const after = Math.min(before + drops, 0xffff_ffff);
    page.counts[at] = after;
    if (after > page.most) page.most = after;
    return rule.ceiling !== null && before <= rule.ceiling && after > rule.ceiling;
  }

  function close(rule: Rule): void {
    pages -= books.get(rule)?.pages.size ?? 0;
    books.delete(rule);
  }

  function isSurging(rule: Rule, minute: number): boolean {
    const { ceiling } = rule;
    const book = books.get(rule);
    if (ceiling === null || book === undefined) return false;
    const day = Math.floor(minute / DAY_MINUTES);
    const page = book.pages.get(day);
    if (book.isCut) return true;
    return (page?.counts[minute - day * DAY_MINUTES] ?? 0) > ceiling;
  }

  function minutes(rule: Rule, first: number, last: number): MinuteCount[] {
    const found: MinuteCount[] = [];
    const { ceiling } = rule;
    if (ceiling === null) return found;
    for (const [day, page] of books.get(rule)?.pages ?? []) {
      if (page.most <= ceiling) continue;
      const from = Math.max(0, first - day * DAY_MINUTES);
      const to = Math.min(DAY_MINUTES - 1, last - day * DAY_MINUTES);
      for (let at = from; at <= to; at++) {
        const drops = page.counts[at] ?? 0;
        if (drops > ceiling) found.push({ minute: day * DAY_MINUTES + at, drops });
      }
    }
    return found.sort((a, b) => a.minute - b.minute);
  }

  return {
    open(rule) {
      close(rule);
      books.set(rule, { pages: new Map(), isCut: false });
    },
    seed(rule, counts) {
      for (const { minute, drops } of counts) add(rule, minute, drops);
    },
    close,
    add: (rule, { timeMs }, drops) => add(rule, minuteOf(timeMs), drops),
    isSurging,
    during(rule, first, last) {
      if (first === last) return isSurging(rule, first) ? "all" : "none";
      if (books.get(rule)?.isCut === true) return "all";
      const over = minutes(rule, first, last).length;
      if (over === 0) return "none";
      return over === last - first + 1 ? "all" : "some";
    },
    isCut: (rule) => books.get(rule)?.isCut === true,
    copy(from, to) {
      const book = books.get(from);
      if (book === undefined) return;
      close(to);
      const copied = [...book.pages].map(([day, { counts, most }]): [number, Page] => [
        day,
        { counts: counts.slice(), most },
      ]);
      pages += copied.length;
      books.set(to, { pages: new Map(copied), isCut: book.isCut });
    },
    has: (rule) => books.has(rule),
    minutes,
    forget(before) {
      const day = Math.floor(before / DAY_MINUTES);
      for (const book of books.values()) {
        for (const known of [...book.pages.keys()]) {
          if (known < day && book.pages.delete(known)) pages -= 1;
        }
      }
    },
    get isFull() {
      return isFull;
    },
  };
}

export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}
