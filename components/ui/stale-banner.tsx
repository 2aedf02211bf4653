"use client";
/** Above what could not be read again: why, and how old that is which still stands there. */
import { Ago } from "@/components/ui/ago";
import { Banner } from "@/components/ui/banner";

/** `at`: when it was read, RFC 3339; `words`: why not since. */
export function StaleBanner({ at, words }: { at: string; words: string }) {
  return (
    <Banner title={words}>
      What stands below is <Ago time={at} /> old.
    </Banner>
  );
}
