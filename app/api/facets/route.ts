import { answer } from "@/app/api/answer";
import { readFacetsWanted, readViewParams } from "@/app/api/params";

export const dynamic = "force-dynamic";

/** GET /api/facets?q=&range=|from=&to=&fields=&prefix=&limit= : values of fields with counts. */
export const GET = answer((request, runtime) => {
  const url = new URL(request.url);
  return runtime.past.facets(readViewParams(url, Date.now()), readFacetsWanted(url));
});
