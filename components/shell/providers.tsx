"use client";
/** What every screen needs around it: the cache of what the server knows. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { RequestError } from "@/components/ui/fetch-json";

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        // A refusal stays a refusal; only a failure on the way is worth another try.
        retry: (failures, error) =>
          failures < 2 &&
          (!(error instanceof RequestError) || error.status === 0 || error.status >= 500),
      },
    },
  });
}
