/** Expected: what is hidden, who said so, until when. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ExpectedScreen } from "@/components/expectations/expected-screen";

export const metadata: Metadata = { title: "Expected" };

export default function ExpectedPage() {
  return (
    <Suspense>
      <ExpectedScreen />
    </Suspense>
  );
}
