import { describe, expect, it } from "vitest";
import { onlyValues, queryIn, stateOfValues, withQuery } from "@/components/values/change-query";
import { formatQuery } from "@/lib/query/format";
import { EVERYTHING } from "@/lib/query/query";

const query = (text: string) => queryIn(`?q=${encodeURIComponent(text)}`) ?? EVERYTHING;

describe("withQuery", () => {
  it("leaves every other parameter as it is written", () => {
    const search = "?sort=last&q=port:53&layout=a%2Fb";
    expect(withQuery(search, query("ns:shop"))).toBe("?q=ns:shop&sort=last&layout=a%2Fb");
  });

  it("leaves no trace of an empty query", () => {
    expect(withQuery("?q=port:53", EVERYTHING)).toBe("");
  });

  it("does not take a parameter for the query because its name begins so", () => {
    expect(withQuery("?quiet=1", query("port:53"))).toBe("?q=port:53&quiet=1");
  });
});

describe("onlyValues", () => {
  it("takes the field's other values away, and its own exclusion", () => {
    const changed = onlyValues(query("tag:a,b -tag:c port:53"), "tag", ["c"]);
    expect(formatQuery(changed)).toBe("tag:c port:53");
  });

  it("means the value as it stands, stars and all", () => {
    expect(formatQuery(onlyValues(EVERYTHING, "tag", ["a*"]))).toBe('tag:"a*"');
  });
});

describe("queryIn", () => {
  it("has no query where it cannot be understood", () => {
    expect(queryIn("?q=verdict:DROPED")).toBeNull();
  });
});

describe("stateOfValues", () => {
  it("is that of all of them, or none", () => {
    const asked = query("src.identity:world,host -tag:a,b");
    expect(stateOfValues(asked, "src.identity", ["world", "host"])).toBe("included");
    expect(stateOfValues(asked, "src.identity", ["world", "health"])).toBe("free");
    expect(stateOfValues(asked, "tag", ["a", "b"])).toBe("excluded");
  });
});
