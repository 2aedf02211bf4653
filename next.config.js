/**
 * Next's settings: a standalone server with everything off that Droplens does not use.
 * chDB's library is loaded by name at run time, so tracing has to be told of it.
 * @type {import("next").NextConfig}
 */
const config = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  devIndicators: false,
  // `npm run verify` checks types, those of the tests too; a build to run need not do it again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // Bytes of a body that Next keeps for `proxy.ts`: a little more than routes behind it read.
  experimental: { proxyClientMaxBodySize: 70_000 },
  serverExternalPackages: ["chdb", "@clickhouse/client", "@grpc/grpc-js"],
  outputFileTracingIncludes: {
    "/*": ["./node_modules/@chdb/*/*.so", "./node_modules/chdb/**/*.{js,mjs,node,json}"],
  },
  // Of routes, and of Next's own server, which would bring them for its image optimizer.
  outputFileTracingExcludes: {
    "/*": ["./node_modules/sharp/**", "./node_modules/@img/**"],
    "next-server": ["./node_modules/sharp/**", "./node_modules/@img/**"],
  },
};

export default config;
