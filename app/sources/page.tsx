/** Sources: can what is shown be trusted? */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SourcesScreen } from "@/components/sources/sources-screen";

export const metadata: Metadata = { title: "Sources" };

export default function SourcesPage() {
  return (
    <Suspense>
      <SourcesScreen />
    </Suspense>
  );
}
